/**
 * Recipes of messages that must be refused. A recipe is a text file named after the attack; README.md has the format.
 * Nothing is stored signed: each message is written and signed with today's keys and clock, once without and once with the
 * attack, so that it cannot be refused for another reason than the one it names.
 */
import { fillSignature } from '../ws-security/fill-signature.ts'
import type { TestIdentity } from '../ws-security/identities.ts'
import {
  type Draft,
  gsoapMessage,
  nameCertificate,
  namedMessage,
  type Naming,
  plainMessage,
  soap12,
  wss4jMessage,
  zeepMessage,
} from '../ws-security/messages.ts'
import {
  applyEdit,
  type Edit,
  readCollection,
  readEdit,
  readRecipe as readText,
  type Recipe as Text,
  repeated,
} from './read-recipes.ts'

export interface Recipe extends Omit<Text, 'more'> {
  /** the form of the base message */
  readonly message: string
  /** whether the signer's certificate is registered with an institution */
  readonly registered: boolean
  /** institution whose message it is; the whole gateway takes its certificates */
  readonly as: string
  /** internal code where the whole gateway refuses it before these layers see it */
  readonly gatewayCode: string
}

/** What recipes are signed with: whoever is accepted, and those who are not. */
export interface Cast {
  readonly signer: TestIdentity
  /** another key and certificate; only its key or its certificate is used, never both */
  readonly other: TestIdentity
  /** the identity of another institution, registered like the signer's */
  readonly colleague: TestIdentity
  /** a whole identity that no configured authority vouches for */
  readonly stranger: TestIdentity
  /** a whole identity with a key below the floor */
  readonly weak: TestIdentity
  /** other whole identities by name, e.g. `faulty/revoked` */
  readonly named?: (name: string) => TestIdentity
  /** an address that no message may make us call */
  readonly listener?: string
  /** the request in the Body; an element with an end tag, declaring its own prefixes */
  readonly payload: string
  readonly nowMs: number
}

const keys = ['as', 'message', 'registered', 'gateway']

export const readRecipe = (name: string, text: string): Recipe =>
  messageRecipe(readText(name, text, keys))

function messageRecipe({ more, ...recipe }: Text): Recipe {
  return {
    ...recipe,
    message: more.get('message') ?? 'plain',
    registered: more.get('registered') !== 'no',
    as: more.get('as') ?? 'phare',
    gatewayCode: more.get('gateway') ?? recipe.code,
  }
}

/** `recipes`: refused by the message alone. `gateway-recipes`: only a whole gateway can tell. `harmless-recipes`: without effect. */
export const readRecipes = (
  collection: 'recipes' | 'gateway-recipes' | 'harmless-recipes' = 'recipes',
): readonly Recipe[] => readCollection(collection, keys).map(messageRecipe)

/** One thing that an attack does, in the order in which a message is made. */
interface Attack {
  readonly times: readonly [createdSeconds: number, expiresSeconds: number]
  readonly certificateOf: TestIdentity
  readonly keyOf: TestIdentity
  readonly beforeSigning: readonly Edit[]
  readonly afterSigning: readonly Edit[]
  readonly encoding: BufferEncoding
}

/** The base message as it is accepted, and as the attack makes it. */
export function writeRecipe(recipe: Recipe, cast: Cast): { accepted: Buffer; attacked: Buffer } {
  const none: Attack = {
    times: [-5, 55],
    certificateOf: cast.signer,
    keyOf: cast.signer,
    beforeSigning: [],
    afterSigning: [],
    encoding: 'utf8',
  }
  const attack = recipe.attack
    .split(' && ')
    .reduce((so, step) => ({ ...so, ...readStep(step, so, cast) }), none)
  return { accepted: write(recipe, none, cast), attacked: write(recipe, attack, cast) }
}

function readStep(step: string, so: Attack, cast: Cast): Partial<Attack> {
  const before = readEdit(step, 'before signing')
  if (before !== undefined) return { beforeSigning: [...so.beforeSigning, before] }
  const after = readEdit(step, 'after signing')
  if (after !== undefined) return { afterSigning: [...so.afterSigning, after] }
  const times = /^times ([+-]\d+) ([+-]\d+)$/.exec(step)
  if (times !== null) return { times: [Number(times[1]), Number(times[2])] }
  // how the message is sent is for the whole gateway (test/gateway/refuse.ts)
  if (step.startsWith('send ')) return {}
  const named = /^signer (\S+\/\S+)$/.exec(step)?.[1]
  if (named !== undefined && cast.named !== undefined) {
    return { keyOf: cast.named(named), certificateOf: cast.named(named) }
  }
  switch (step) {
    case 'key other':
      return { keyOf: cast.other }
    case 'token other':
      return {
        afterSigning: [
          {
            pattern: new RegExp(cast.signer.der.toString('base64').replaceAll('+', '\\+')),
            replacement: cast.other.der.toString('base64'),
          },
        ],
      }
    case 'certificate other':
      return { certificateOf: cast.other }
    case 'certificate colleague':
      return { certificateOf: cast.colleague }
    case 'signer stranger':
      return { keyOf: cast.stranger, certificateOf: cast.stranger }
    case 'signer weak':
      return { keyOf: cast.weak, certificateOf: cast.weak }
    case 'bytes utf16le':
      return { encoding: 'utf16le' }
    default:
      throw new Error(`cannot read the attack ${step}`)
  }
}

const forms: Readonly<Record<string, (draft: Draft) => string>> = {
  plain: (draft) => plainMessage(draft),
  'plain 1.2': (draft) => plainMessage(draft, soap12),
  'issuer-serial': (draft) => namedMessage(draft, 'issuer-serial'),
  'key-identifier': (draft) => namedMessage(draft, 'key-identifier'),
  'thumbprint 1.2': (draft) => namedMessage(draft, 'thumbprint', soap12),
  zeep: zeepMessage,
  wss4j: wss4jMessage,
  gsoap: gsoapMessage,
}

function write(recipe: Recipe, attack: Attack, cast: Cast): Buffer {
  const form = forms[recipe.message]
  if (form === undefined) throw new Error(`${recipe.name}: no message ${recipe.message}`)
  const template = form({
    certificateDer: attack.certificateOf.der,
    created: instant(cast.nowMs, attack.times[0]),
    expires: instant(cast.nowMs, attack.times[1]),
    payload: cast.payload,
    ...(attack.certificateOf.privateKey.asymmetricKeyType === 'ec' && {
      signatureMethod: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
    }),
  })
  const unsigned = edited(template, attack.beforeSigning, recipe, cast)
  const signed = fillSignature(unsigned, attack.keyOf.privateKey)
  return Buffer.from(edited(signed, attack.afterSigning, recipe, cast), attack.encoding)
}

function edited(message: string, edits: readonly Edit[], recipe: Recipe, cast: Cast): string {
  return edits.reduce(
    (text, edit) => expanded(applyEdit(text, edit, recipe.name), cast),
    message,
  )
}

/** `{{payload}}`, `{{name NAMING of other}}`, `{{now+60}}` and `{{9*text*}}`, where `{{i}}` in the text counts from 0. */
function expanded(text: string, cast: Cast): string {
  return repeated(
    text
      .replaceAll('{{payload}}', () => cast.payload)
      .replaceAll('{{listener}}', () => cast.listener ?? '')
      .replaceAll(
        /\{\{name ([a-z-]+) of (other|colleague)\}\}/g,
        (_, naming: string, who: string) =>
          nameCertificate(cast[who as 'other' | 'colleague'].der, naming as Naming),
      )
      .replaceAll('{{token of other}}', () => cast.other.der.toString('base64'))
      .replaceAll(/\{\{now([+-]\d+)\}\}/g, (_, seconds: string) =>
        instant(cast.nowMs, Number(seconds)),
      ),
  )
}

function instant(nowMs: number, seconds: number): string {
  return new Date(nowMs + seconds * 1000).toISOString()
}
