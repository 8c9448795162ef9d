import { describe, expect, it } from 'vitest'
import { type ErrorCode, GatewayError } from '../../src/base/errors.ts'
import { readEnvelope } from '../../src/soap/envelope.ts'
import { faultTable } from '../../src/soap/fault-table.ts'
import { signatureLimits, verifyMessage } from '../../src/ws-security/verify.ts'
import { parseXml } from '../../src/xml/parse.ts'
import { soapLimits } from '../../src/xml/scan.ts'
import { identity, registryOf, trustIn } from '../ws-security/identities.ts'
import { type Cast, readRecipe, readRecipes, writeRecipe } from './harness.ts'

const cast: Cast = {
  signer: identity('rsa-2048'),
  other: identity('rsa-2048', 'other'),
  colleague: identity('rsa-2048', 'colleague'),
  stranger: identity('rsa-2048', 'stranger'),
  weak: identity('rsa-1024', 'weak'),
  payload: '<r:ask xmlns:r="urn:ask"><ssin>x</ssin></r:ask>',
  nowMs: Date.now(),
}

/** Bytes to verdict, as the gateway does before any contract is asked: the code of the refusal and its detail. */
function judge(message: Buffer, registered: boolean): string {
  try {
    const tree = parseXml(message, soapLimits)
    try {
      verifyMessage(readEnvelope(tree), {
        trust: trustIn(cast.signer, cast.colleague),
        nowMs: cast.nowMs,
        limits: signatureLimits,
        registered: registered ? registryOf(cast.signer, cast.colleague) : registryOf(),
      })
    } finally {
      tree.dispose()
    }
    return 'accepted'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    return `${error.code}: ${error.message}`
  }
}

/** line and column depend on how long the certificate came out */
const withoutPlace = (verdict: string) => verdict.replace(/ at line .*$/, '')

const recipes = readRecipes()

describe('a message that must be refused', () => {
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))('%s', (_, recipe) => {
    const { accepted, attacked } = writeRecipe(recipe, cast)
    expect(judge(accepted, recipe.registered)).toBe('accepted')
    expect(judge(attacked, recipe.registered)).toMatch(new RegExp(`^${recipe.code}: `))
    expect(faultTable[recipe.gatewayCode as ErrorCode].faultcode).toBe(recipe.answer)
  })

  it('says which detail our own log holds for each', async () => {
    const lines = recipes.map((recipe) => {
      const { attacked } = writeRecipe(recipe, cast)
      return `${recipe.name.padEnd(40)} ${withoutPlace(judge(attacked, recipe.registered))}`
    })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../output/refused.txt')
  })
})

describe('the harness', () => {
  const recipe = (attack: string) =>
    readRecipe('x', `says: x\nattack: ${attack}\ncode: WSS_DIGEST\nanswer: wsse:FailedCheck`)

  it('complains about an attack that does nothing', () => {
    expect(() => writeRecipe(recipe('after signing ~<none/>~~'), cast)).toThrow(
      'x: nothing matches <none',
    )
    expect(() => writeRecipe(recipe('do something'), cast)).toThrow(
      'cannot read the attack do something',
    )
  })

  it('complains about a recipe it cannot read', () => {
    expect(() => readRecipe('x', 'says: x')).toThrow('x: no attack')
    expect(() => readRecipe('x', 'say: x')).toThrow('x: cannot read say: x')
  })

  it('makes the same message twice when the attack is none', () => {
    const { accepted, attacked } = writeRecipe(recipe('times -5 +55'), cast)
    expect(attacked).toEqual(accepted)
  })
})
