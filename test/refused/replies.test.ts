import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkAnswers, readSignedReply } from '../../src/cli/signed-client.ts'
import { signEnvelope } from '../../src/ws-security/sign.ts'
import { identityOf } from '../gateway/ask.ts'
import { pem } from '../gateway-process.ts'
import { applyEdit, readCollection, readEdit, type Recipe } from './read-recipes.ts'

const seal = readFileSync(pem.seal.certificate, 'utf8')
const ticket = '<informationCustomer><ticket>ours</ticket></informationCustomer>'
const content = `<v1:reply xmlns:v1="urn:x">${ticket}<status><code>MSG00000</code></status><n>7</n></v1:reply>`
const request = `<v1:ask xmlns:v1="urn:x">${ticket}</v1:ask>`

/** A reply as the gateway signs it, or with the steps of an attack. */
function replyOf(recipe: Recipe, steps: readonly string[]): string {
  const edited = (text: string, verb: string) =>
    steps
      .flatMap((step) => readEdit(step, verb) ?? [])
      .reduce((so, edit) => applyEdit(so, edit, recipe.name), text)
  const stem = steps.flatMap((step) => /^signer (\S+)$/.exec(step)?.[1] ?? [])[0]
  const { key } = identityOf(stem ?? 'gateway/seal')
  const bodyChild = edited(content, 'before signing')
  const signed = signEnvelope({ bodyChild, soapVersion: '1.1', createdMs: Date.now(), key })
  return edited(signed, 'after signing')
}

/** What our client reads, or why it reads nothing. */
function read(reply: string): { told: string; value?: unknown } {
  try {
    const signed = readSignedReply(reply, seal)
    checkAnswers(signed, request)
    return { told: 'read', value: signed.value }
  } catch (error) {
    return { told: (error as Error).message.replace(/: .*$/s, '') }
  }
}

describe('a reply that the gateway did not give to this request', () => {
  const recipes = readCollection('reply-recipes')
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))(
    'tells our client nothing: %s',
    (_, recipe) => {
      const base = read(replyOf(recipe, []))
      expect(base.told).toBe('read')
      const steps = recipe.attack.split(' && ')
      const attacked = read(replyOf(recipe, steps))
      // of a reply that was added to, what was signed is read and nothing else
      expect(attacked.told === 'read' ? 'the same' : attacked.told).toBe(recipe.answer)
      if (recipe.answer === 'the same') expect(attacked.value).toEqual(base.value)
    },
  )
})
