import type { GatewayError } from '../base/errors.ts'
import type { Ssin } from '../base/ssin.ts'
import { readPath, type Path } from '../registers/catalogue.ts'
import { fieldPath, neededPaths, type AnyBlock, type Field } from '../registers/field.ts'
import {
  consultation,
  invalidOf,
  valid,
  type AskContext,
  type ConsultOperation,
  type Reply,
  type Subject,
} from './operation.ts'
import {
  namespaceOf,
  pageSizeMax,
  restPathOf,
  type OwnContract,
  type OwnOperation,
} from './own-contract.ts'
import { replyWriter } from './own-reply.ts'
import {
  readRequestJson,
  readRequestXml,
  type CriteriaTexts,
  type OwnRequest,
} from './own-request.ts'
import type { Question, QuestionKind } from './source.ts'

/** What one consultation of an own contract says beside its contract. */
export interface OwnConsultation<Criteria, K extends QuestionKind> {
  readonly question: K
  /** paths that the operation can give */
  readonly gives: readonly Path[]
  /** the criteria that the texts mean, or why they mean none (SSIN_STRUCTURE, REQUEST_INVALID) */
  readonly read: (texts: CriteriaTexts) => Criteria | GatewayError
  readonly subject: (criteria: Criteria) => Subject
  /** paths that the criteria choose records by, which must be granted; decisions are kept per list, so make each once */
  readonly keys?: (criteria: Criteria) => readonly Path[]
  readonly ask: (
    criteria: Criteria,
    page: Page,
    context: AskContext,
  ) => Extract<Question, { kind: K }>
}

/** Where a page begins and how long it is, for questions that are answered page by page. */
export interface Page {
  readonly after: Ssin | undefined
  /** workers a page, 1 to 2,000 */
  readonly limit: number
}

/** Criteria with the texts they came from, which the reply repeats. */
interface ReadCriteria<Criteria> {
  readonly texts: CriteriaTexts
  readonly read: Criteria | GatewayError
}

/** A consultation in the CommonV3 envelope; reading and writing follow from the contract. */
export function ownConsultation<Criteria, K extends QuestionKind>(
  contract: Pick<OwnContract, 'name' | 'version'>,
  operation: OwnOperation,
  definition: OwnConsultation<Criteria, K>,
): ConsultOperation {
  const writer = replyWriter(namespaceOf(contract), operation)
  const { keys } = definition
  const limitOf = (texts: CriteriaTexts) => Number(texts.get('maxResults') ?? pageSizeMax)
  const request = ({ envelope, texts }: OwnRequest) => ({
    envelope,
    criteria: { texts, read: definition.read(texts) },
  })
  const reply = (parts: Reply<ReadCriteria<Criteria>, K>) => ({
    ...parts,
    request: { envelope: parts.request.envelope, texts: parts.request.criteria.texts },
  })
  return consultation<ReadCriteria<Criteria>, K>({
    name: operation.name,
    question: definition.question,
    block: operation.block,
    restPath: restPathOf(contract, operation),
    gives: definition.gives,
    readXml: (body) => request(readRequestXml(operation, body)),
    readJson: (body) => request(readRequestJson(operation, body)),
    invalid: ({ read }) => invalidOf(read),
    subject: ({ read }) => definition.subject(valid(read)),
    ...(keys && { keys: ({ read }) => keys(valid(read)) }),
    ...(operation.paged && {
      offset: ({ texts }) => texts.get('offset'),
      pageSize: ({ texts }) => limitOf(texts),
    }),
    ask: ({ read, texts }, context) =>
      definition.ask(valid(read), { after: context.after, limit: limitOf(texts) }, context),
    writeXml: (parts) => writer.xml(reply(parts)),
    writeJson: (parts) => writer.json(reply(parts)),
  })
}

/** All paths of a block and the blocks in it, in the order of the catalogue; groups hold no value and are none. */
export function pathsOf(block: AnyBlock, without: readonly AnyBlock[] = []): readonly Path[] {
  if (without.includes(block)) return []
  const own = Object.entries(block.fields as Record<string, Field>)
    .filter(([, { type }]) => type !== 'group')
    .flatMap(([name, { about }]) => neededPaths(block, name, about).flat())
    .flatMap((path) => readPath(path) ?? [])
  const nested = Object.values(block.blocks as Record<string, AnyBlock>)
  return [...new Set([...own, ...nested.flatMap((inner) => pathsOf(inner, without))])]
}

/** Paths of some fields of a block, for `keys`. Throws TypeError for a name that the block has not. */
export function keysIn(block: AnyBlock, ...names: readonly string[]): readonly Path[] {
  const fields = block.fields as Record<string, Field>
  return names.map((name) => {
    const field = fields[name]
    const path = field && readPath(fieldPath(block, name, field.about))
    if (path === undefined) throw new TypeError(`${block.path} has no field ${name}`)
    return path
  })
}
