import type { AnyBlock } from '../registers/field.ts'
import type { OwnContract, OwnOperation } from '../services/own-contract.ts'
import {
  blocksOf,
  criterionType,
  membersOf,
  partsOf,
  pascal,
  simpleTypes,
  typeNameOf,
  usedTypes,
} from './types.ts'

type Schema = Readonly<Record<string, unknown>>

/** JSON Schema (draft 7) of an operation's request or reply; names and order as in the XSD, nothing else allowed. */
export function generateJsonSchema(
  contract: OwnContract,
  operation: OwnOperation,
  side: 'request' | 'reply',
): string {
  const schema = side === 'request' ? requestSchema(operation) : replySchema(operation)
  const head = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `urn:quadrivium:${contract.name}:v${contract.version}:${operation.name}:${side}`,
    $comment: 'Generated from the catalogue by `npm run generate`: do not edit.',
    title: `${operation.name} ${side}`,
  }
  return `${JSON.stringify({ ...head, ...schema }, undefined, 2)}\n`
}

function requestSchema(operation: OwnOperation): Schema {
  return {
    description: operation.about,
    ...object(
      {
        informationCustomer: ref('InformationCustomer'),
        legalContext: { type: 'string', maxLength: 64 },
        criteria: criteriaSchema(operation),
      },
      ['legalContext', 'criteria'],
    ),
    definitions: { InformationCustomer: informationCustomer },
  }
}

function replySchema(operation: OwnOperation): Schema {
  const blocks = blocksOf(operation.block)
  const record = ref(typeNameOf(operation.block))
  return {
    description: operation.about,
    ...object(
      {
        informationCustomer: ref('InformationCustomer'),
        informationCBSS: informationCbss,
        legalContext: { type: 'string', maxLength: 64 },
        criteria: criteriaSchema(operation),
        status,
        dataFilters: object(
          { filteredElement: { type: 'array', minItems: 1, items: { type: 'string' } } },
          ['filteredElement'],
        ),
        result: object(
          {
            [operation.record]: operation.many
              ? { type: 'array', minItems: 1, items: record }
              : record,
            ...(operation.paged && {
              nextOffset: {
                type: 'string',
                description: 'Present when another page follows; opaque, for this question only.',
              },
            }),
          },
          [operation.record],
        ),
      },
      ['informationCBSS', 'legalContext', 'criteria', 'status'],
    ),
    definitions: {
      InformationCustomer: informationCustomer,
      ...Object.fromEntries(blocks.map((block) => [typeNameOf(block), blockSchema(block)])),
      ...Object.fromEntries(
        usedTypes(blocks).composites.map((type) => [
          `${pascal(type)}Value`,
          object(
            Object.fromEntries(partsOf(type).map(([name, part]) => [name, simpleTypes[part].json])),
          ),
        ]),
      ),
    },
  }
}

function criteriaSchema({ criteria }: OwnOperation): Schema {
  return object(
    Object.fromEntries(
      criteria.map((one) => {
        const { json } = criterionType(one)
        const schema =
          one.most === undefined
            ? json
            : { type: 'array', minItems: 1, maxItems: one.most, items: json }
        return [one.name, { ...schema, description: one.about }]
      }),
    ),
    criteria.filter(({ optional }) => optional !== true).map(({ name }) => name),
  )
}

function blockSchema(block: AnyBlock): Schema {
  return object(
    Object.fromEntries(
      membersOf(block).map((member) => {
        switch (member.kind) {
          case 'simple':
            return [member.name, { ...simpleTypes[member.type].json, description: member.about }]
          case 'composite':
            // draft 7 ignores what stands beside a $ref
            return [
              member.name,
              { description: member.about, allOf: [ref(`${pascal(member.type)}Value`)] },
            ]
          case 'block': {
            const schema = ref(typeNameOf(member.block))
            return [member.name, member.block.many ? { type: 'array', items: schema } : schema]
          }
        }
      }),
    ),
  )
}

function object(properties: Schema, required: readonly string[] = []): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    ...(required.length > 0 && { required }),
    properties,
  }
}

function ref(name: string): Schema {
  return { $ref: `#/definitions/${name}` }
}

const information = {
  type: 'array',
  maxItems: 15,
  items: object(
    {
      fieldName: { type: 'string', maxLength: 64 },
      fieldValue: { type: 'string', maxLength: 256 },
    },
    ['fieldName'],
  ),
}

const organisationCode = { type: 'integer', minimum: 0, maximum: 999 }

/** CommonV3 InformationCustomerType */
const informationCustomer = object(
  {
    ticket: { type: 'string', maxLength: 36 },
    timestampSent: { type: 'string', format: 'date-time' },
    customerIdentification: {
      oneOf: [
        object({ cbeNumber: { type: 'string', pattern: '^\\d{10}$' } }, ['cbeNumber']),
        object({ sector: organisationCode, institution: organisationCode }, [
          'sector',
          'institution',
        ]),
      ],
    },
  },
  ['customerIdentification'],
)

/** CommonV3 InformationCBSSType */
const informationCbss = object(
  {
    ticketCBSS: {
      type: 'string',
      pattern: '^[\\da-fA-F]{8}-[\\da-fA-F]{4}-[\\da-fA-F]{4}-[\\da-fA-F]{4}-[\\da-fA-F]{12}$',
    },
    timestampReceive: { type: 'string', format: 'date-time' },
    timestampReply: { type: 'string', format: 'date-time' },
  },
  ['ticketCBSS', 'timestampReceive', 'timestampReply'],
)

/** CommonV3 StatusType */
const status = object(
  {
    value: { enum: ['DATA_FOUND', 'NO_DATA_FOUND', 'NO_RESULT'] },
    code: { type: 'string', maxLength: 16 },
    description: { type: 'string', maxLength: 256 },
    information,
  },
  ['value', 'code'],
)
