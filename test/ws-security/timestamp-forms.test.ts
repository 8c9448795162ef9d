import { describe, expect, it } from 'vitest'
import { fillSignature } from './fill-signature.ts'
import { identity } from './identities.ts'
import { at, draftOf, judge } from './judge.ts'
import { plainMessage, wsu } from './messages.ts'

const signer = identity('p256')
const template = plainMessage(draftOf(signer))
const whole = /<wsu:Timestamp wsu:Id="T">.*<\/wsu:Timestamp>/
const created = (text: string) => `<wsu:Created>${text}</wsu:Created>`
const expires = (text: string) => `<wsu:Expires>${text}</wsu:Expires>`
const good = created(at(-5)) + expires(at(55))
const stamp = (content: string, attributes = 'wsu:Id="T"') =>
  `<wsu:Timestamp ${attributes}>${content}</wsu:Timestamp>`
const short = (seconds: number) => at(seconds).slice(0, 19)

/** Name, Timestamp, verdict; each is signed as it stands. */
const forms: readonly (readonly [string, string, string])[] = [
  ['as usual', stamp(good), 'accepted'],
  ['indented', stamp(`\n  ${good.replace('><wsu:E', '>\n\t<wsu:E')}\r\n`), 'accepted'],
  [
    'without fraction digits',
    stamp(created(`${short(-5)}Z`) + expires(`${short(55)}Z`)),
    'accepted',
  ],
  [
    'one fraction digit',
    stamp(created(`${short(-5)}.5Z`) + expires(`${short(55)}.5Z`)),
    'accepted',
  ],
  [
    'two fraction digits',
    stamp(created(`${short(-5)}.25Z`) + expires(`${short(55)}.75Z`)),
    'accepted',
  ],
  [
    'ids on its children',
    stamp(good.replaceAll(/<wsu:(Created|Expires)/g, '<wsu:$1 wsu:Id="$1"')),
    'accepted',
  ],
  ['the longest life', stamp(created(at(-5)) + expires(at(595))), 'accepted'],
  ['created at the skew', stamp(created(at(60)) + expires(at(61))), 'accepted'],
  ['in its last millisecond', stamp(created(at(-5)) + expires(at(0.001))), 'accepted'],

  ['empty', stamp(''), 'WSS_TIMESTAMP_FORM'],
  ['no Created', stamp(expires(at(55))), 'WSS_TIMESTAMP_FORM'],
  ['no Expires', stamp(created(at(-5))), 'WSS_TIMESTAMP_FORM'],
  ['Expires first', stamp(expires(at(55)) + created(at(-5))), 'WSS_TIMESTAMP_FORM'],
  ['two Created', stamp(created(at(-5)) + good), 'WSS_TIMESTAMP_FORM'],
  ['two Expires', stamp(good + expires(at(55))), 'WSS_TIMESTAMP_FORM'],
  ['a third element', stamp(`${good}<x/>`), 'WSS_TIMESTAMP_FORM'],
  ['text beside its children', stamp(`${good}x`), 'WSS_TIMESTAMP_FORM'],
  ['a comment', stamp(`${good}<!-- -->`), 'WSS_HEADER'],
  ['a processing instruction', stamp(`${good}<?x?>`), 'WSS_HEADER'],
  ['CDATA', stamp(created(`<![CDATA[${at(-5)}]]>`) + expires(at(55))), 'WSS_HEADER'],
  ['a comment in Created', stamp(created(`${at(-5)}<!-- -->`) + expires(at(55))), 'WSS_HEADER'],
  [
    'an element in Created',
    stamp(created(`${at(-5)}<x/>`) + expires(at(55))),
    'WSS_TIMESTAMP_FORM',
  ],
  [
    'Created in no namespace',
    stamp(good.replaceAll('wsu:Created', 'Created')),
    'WSS_TIMESTAMP_FORM',
  ],
  [
    'Expires in another namespace',
    stamp(good.replaceAll('wsu:Expires', 'wsse:Expires')),
    'WSS_TIMESTAMP_FORM',
  ],
  [
    'created in small letters',
    stamp(good.replaceAll('wsu:Created', 'wsu:created')),
    'WSS_TIMESTAMP_FORM',
  ],
  [
    'ValueType on Created',
    stamp(good.replace('Created>', 'Created ValueType="xs:dateTime">')),
    'WSS_TIMESTAMP_FORM',
  ],
  [
    'ValueType on Expires',
    stamp(good.replace('<wsu:Expires>', '<wsu:Expires ValueType="x">')),
    'WSS_TIMESTAMP_FORM',
  ],
  ['another attribute', stamp(good, 'wsu:Id="T" x="y"'), 'WSS_TIMESTAMP_FORM'],
  ['plain Id beside wsu:Id', stamp(good, 'wsu:Id="T" Id="T2"'), 'WSS_PLAIN_ID'],
  ['plain Id', stamp(good, 'Id="T"'), 'WSS_PLAIN_ID'],

  ...(
    [
      ['empty text', ''],
      ['white space around', ` ${at(-5)} `],
      ['no zone', short(-5)],
      ['an offset of zero', `${short(-5)}+00:00`],
      ['a negative offset of zero', `${short(-5)}-00:00`],
      ['an offset', '2026-11-21T12:59:55+01:00'],
      ['a small z', `${short(-5)}z`],
      ['a small t', `${short(-5).replace('T', 't')}Z`],
      ['a space for T', `${short(-5).replace('T', ' ')}Z`],
      ['four fraction digits', `${short(-5)}.0000Z`],
      ['nine fraction digits', `${short(-5)}.000000000Z`],
      ['a fraction without digits', `${short(-5)}.Z`],
      ['a comma', `${short(-5)},5Z`],
      ['second 60', '2026-11-21T11:58:60Z'],
      ['minute 60', '2026-11-21T11:60:00Z'],
      ['hour 24', '2026-11-20T24:00:00Z'],
      ['month 13', '2026-13-21T11:59:55Z'],
      ['month 0', '2026-00-21T11:59:55Z'],
      ['day 0', '2026-11-00T11:59:55Z'],
      ['30 February', '2026-02-30T11:59:55Z'],
      ['29 February of no leap year', '2026-02-29T11:59:55Z'],
      ['31 November', '2026-11-31T11:59:55Z'],
      ['year of five digits', '12026-11-21T11:59:55Z'],
      ['a year of two digits', '26-11-21T11:59:55Z'],
      ['a negative year', '-2026-11-21T11:59:55Z'],
      ['a signed year', '+2026-11-21T11:59:55Z'],
      ['no seconds', '2026-11-21T11:59Z'],
      ['a date alone', '2026-11-21Z'],
      ['a week date', '2026-W47-6T11:59:55Z'],
      ['the basic form', '20261121T115955Z'],
      ['seconds since 1970', String(Date.parse(at(-5)) / 1000)],
      ['two instants', `${at(-5)} ${at(-5)}`],
      ['Arabic digits', '٢٠٢٦-11-21T11:59:55Z'],
      ['full-width digits', '２０２６-11-21T11:59:55Z'],
      ['a no-break space', `${short(-5)}Z\u00a0`],
    ] as const
  ).map(
    ([name, text]) =>
      [`Created: ${name}`, stamp(created(text) + expires(at(55))), 'WSS_TIMESTAMP_FORM'] as const,
  ),

  ['Expires: no zone', stamp(created(at(-5)) + expires(short(55))), 'WSS_TIMESTAMP_FORM'],
  [
    'Expires: second 60',
    stamp(created(at(-5)) + expires('2026-11-21T12:00:60Z')),
    'WSS_TIMESTAMP_FORM',
  ],
  [
    'Expires: the form of forever',
    stamp(created(at(-5)) + expires('infinity')),
    'WSS_TIMESTAMP_FORM',
  ],
  ['Expires before Created', stamp(created(at(-5)) + expires(at(-6))), 'WSS_TIMESTAMP_FORM'],
  ['Expires at Created', stamp(created(at(-5)) + expires(at(-5))), 'WSS_TIMESTAMP_FORM'],

  ['expired', stamp(created(at(-60)) + expires(at(-1))), 'WSS_TIMESTAMP_WINDOW'],
  ['expires now', stamp(created(at(-60)) + expires(at(0))), 'WSS_TIMESTAMP_WINDOW'],
  [
    'created beyond the skew',
    stamp(created(at(60.001)) + expires(at(120))),
    'WSS_TIMESTAMP_WINDOW',
  ],
  ['of tomorrow', stamp(created(at(86_400)) + expires(at(86_460))), 'WSS_TIMESTAMP_WINDOW'],
  [
    'one millisecond too long',
    stamp(created(at(-5)) + expires(at(595.001))),
    'WSS_TIMESTAMP_WINDOW',
  ],
  [
    'of a hundred years',
    stamp(created(at(-5)) + expires('2126-11-21T12:00:00Z')),
    'WSS_TIMESTAMP_WINDOW',
  ],
  ['of 1970', stamp(created('1970-01-01T00:00:00Z') + expires(at(55))), 'WSS_TIMESTAMP_WINDOW'],
  [
    'of the year 9999',
    stamp(created('9999-12-31T23:59:58Z') + expires('9999-12-31T23:59:59Z')),
    'WSS_TIMESTAMP_WINDOW',
  ],

  ['missing', '', 'WSS_TIMESTAMP_MISSING'],
  ['two of them', stamp(good) + stamp(good, 'wsu:Id="T2"'), 'WSS_TIMESTAMP_FORM'],
  ['in another namespace', stamp(good).replaceAll('wsu:Timestamp', 'wsse:Timestamp'), 'WSS_HEADER'],
  ['in a wrapper', `<w>${stamp(good)}</w>`, 'WSS_HEADER'],
]

describe('the forms of a signed timestamp', () => {
  it.each(forms)('%s', (name, text, verdict) => {
    const edited = template.replace(whole, () => text)
    const unsigned =
      name === 'missing' ? edited.replace(/<ds:Reference URI="#T">.*?<\/ds:Reference>/, '') : edited
    expect(judge(fillSignature(unsigned, signer.privateKey), signer)).toBe(verdict)
  })

  it('are many, and their namespace is that of wsu', () => {
    expect(forms.length).toBeGreaterThanOrEqual(70)
    expect(template).toContain(`xmlns:wsu="${wsu}"`)
  })
})
