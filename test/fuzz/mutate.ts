/** Mutations of a message. Each is a function of the message and of numbers, so that a run can be repeated and made smaller. */
import { ds, excC14n, soap11, soap12, wsse, wsu } from '../ws-security/messages.ts'
import { findAttributes, findElements, findTexts, selfContained } from './markup.ts'

/** Draws choices from the numbers of a step. */
export class Choices {
  readonly #numbers: readonly number[]
  #next = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  below(count: number): number {
    const number = this.#numbers[this.#next % this.#numbers.length] ?? 0
    this.#next += 1
    return count === 0 ? 0 : number % count
  }

  of<Item>(list: readonly Item[]): Item | undefined {
    return list[this.below(list.length)]
  }
}

/** `others` are further signed messages, to take pieces from. A mutation that finds nothing to change returns the message. */
type Mutation = (message: string, choices: Choices, others: readonly string[]) => string

const replaced = (text: string, start: number, end: number, by: string) =>
  text.slice(0, start) + by + text.slice(end)

function flipByte(message: string, choices: Choices): string {
  const at = choices.below(message.length)
  const byte = message.charCodeAt(at) ^ (1 << choices.below(8))
  return replaced(message, at, at + 1, String.fromCharCode(byte))
}

function insertBytes(message: string, choices: Choices): string {
  const at = choices.below(message.length)
  const bytes = choices.of([
    '\0',
    ' ',
    '\n',
    '\r',
    '\t',
    '\xa0',
    '\xff',
    '<',
    '>',
    '&',
    '"',
    "'",
    '=',
  ])
  return replaced(message, at, at, bytes ?? '')
}

function deleteBytes(message: string, choices: Choices): string {
  const at = choices.below(message.length)
  return replaced(message, at, at + 1 + choices.below(40), '')
}

function copyBytes(message: string, choices: Choices): string {
  const from = choices.below(message.length)
  const at = choices.below(message.length)
  return replaced(message, at, at, message.slice(from, from + 1 + choices.below(400)))
}

/** An element goes elsewhere (or a copy of it does): before or behind another one, or first or last in it. */
function moveElement(message: string, choices: Choices): string {
  const elements = findElements(message)
  const moved = choices.of(elements)
  if (moved === undefined) return message
  const targets = elements.filter(({ start, end }) => end <= moved.start || start >= moved.start)
  const target = choices.of(targets)
  if (target === undefined) return message
  const at = choices.of([target.start, target.contentStart, target.contentEnd, target.end]) ?? 0
  const text =
    choices.below(2) === 0 ? selfContained(message, moved) : message.slice(moved.start, moved.end)
  const isCopy = choices.below(2) === 0
  if (isCopy) return replaced(message, at, at, text)
  if (at > moved.start && at < moved.end) return message
  return at <= moved.start
    ? replaced(replaced(message, moved.start, moved.end, ''), at, at, text)
    : replaced(replaced(message, at, at, text), moved.start, moved.end, '')
}

function deleteElement(message: string, choices: Choices): string {
  const span = choices.of(findElements(message))
  return span === undefined ? message : replaced(message, span.start, span.end, '')
}

/** Twice what stands once: headers, Security, Signature, SignedInfo, Reference, Timestamp, Body. */
function doubleElement(message: string, choices: Choices): string {
  const span = choices.of(findElements(message))
  if (span === undefined) return message
  const text = message.slice(span.start, span.end)
  const at = choices.of([span.start, span.end]) ?? 0
  const id = /([iI][dD]\s*=\s*["'])/
  return replaced(
    message,
    at,
    at,
    choices.below(2) === 0 ? text : text.replaceAll(new RegExp(id, 'g'), '$1x'),
  )
}

function swapElements(message: string, choices: Choices): string {
  const elements = findElements(message)
  const first = choices.of(elements)
  const second = choices.of(elements.filter(({ start }) => start >= (first?.end ?? Infinity)))
  if (first === undefined || second === undefined) return message
  const text = (span: typeof first) => message.slice(span.start, span.end)
  return replaced(
    replaced(message, second.start, second.end, text(first)),
    first.start,
    first.end,
    text(second),
  )
}

function wrapElement(message: string, choices: Choices): string {
  const span = choices.of(findElements(message))
  if (span === undefined) return message
  const name =
    choices.of(['w', `o:Object xmlns:o="${ds}"`, `s:Body xmlns:s="${soap11}"`, span.name]) ?? 'w'
  const text = message.slice(span.start, span.end)
  return replaced(message, span.start, span.end, `<${name}>${text}</${name.split(' ')[0] ?? ''}>`)
}

function unwrapElement(message: string, choices: Choices): string {
  const span = choices.of(findElements(message))
  if (span === undefined) return message
  return replaced(message, span.start, span.end, message.slice(span.contentStart, span.contentEnd))
}

function renameElement(message: string, choices: Choices): string {
  const elements = findElements(message)
  const span = choices.of(elements)
  const name = choices.below(3) === 0 ? 'x' : choices.of(elements)?.name
  if (span === undefined || name === undefined || span.contentStart === span.end) return message
  const closed = replaced(message, span.contentEnd, span.end, `</${name}>`)
  return replaced(closed, span.start + 1, span.start + 1 + span.name.length, name)
}

/** A piece of another signed message takes the place of the same piece here. */
function spliceElement(message: string, choices: Choices, others: readonly string[]): string {
  const other = choices.of(others) ?? ''
  const taken = choices.of(findElements(other))
  if (taken === undefined) return message
  const local = (name: string) => name.replace(/^.*:/, '')
  const same = findElements(message).filter(({ name }) => local(name) === local(taken.name))
  const span = choices.of(same)
  if (span === undefined) return message
  const end = choices.below(3) === 0 ? span.start : span.end
  return replaced(message, span.start, end, selfContained(other, taken))
}

function deleteAttribute(message: string, choices: Choices): string {
  const found = choices.of(findAttributes(message))
  return found === undefined ? message : replaced(message, found.start, found.end, '')
}

function copyAttribute(message: string, choices: Choices): string {
  const attributes = findAttributes(message)
  const [from, to] = [choices.of(attributes), choices.of(attributes)]
  if (from === undefined || to === undefined) return message
  return replaced(message, to.end, to.end, message.slice(from.start, from.end))
}

const values = [
  ...[
    soap11,
    soap12,
    wsse,
    wsu,
    ds,
    excC14n,
    '',
    'urn:x',
    'relative',
    `${ds}sha1`,
    `${ds}rsa-sha1`,
    `${ds}hmac-sha1`,
  ],
  'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  'http://www.w3.org/2001/04/xmlenc#sha512',
  'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  `${excC14n}WithComments`,
  `${ds}enveloped-signature`,
  'http://schemas.xmlsoap.org/soap/actor/next',
  ...['1', '0', '#', '#x', '#xpointer(/)', '#default', '&#x42;', 's wsu wsse', ' '],
]

/** Algorithms, namespaces, ids, URIs: the value becomes that of another attribute, or one of the list. */
function changeValue(message: string, choices: Choices): string {
  const attributes = findAttributes(message)
  const found = choices.of(attributes)
  if (found === undefined) return message
  const value = choices.below(2) === 0 ? choices.of(attributes)?.value : choices.of(values)
  return replaced(message, found.end - 1 - found.value.length, found.end - 1, value ?? '')
}

const attributeNames = [
  'Id',
  'ID',
  'id',
  'xml:id',
  'wsu:Id',
  'AssertionID',
  'URI',
  'Algorithm',
  'xmlns',
  'xmlns:s',
]

function renameAttribute(message: string, choices: Choices): string {
  const found = choices.of(findAttributes(message))
  if (found === undefined) return message
  const start = message.indexOf(found.name, found.start)
  return replaced(message, start, start + found.name.length, choices.of(attributeNames) ?? '')
}

function addAttribute(message: string, choices: Choices): string {
  const attributes = findAttributes(message)
  const name = choices.of([
    ...attributeNames,
    's:actor',
    's:role',
    's:mustUnderstand',
    'xsi:type',
    'xml:space',
    'xmlns:wsu',
    'x',
  ])
  const value = choices.below(2) === 0 ? choices.of(attributes)?.value : choices.of(values)
  const span = choices.of(findElements(message))
  if (span === undefined) return message
  const at = span.start + 1 + span.name.length
  return replaced(message, at, at, ` ${name ?? 'x'}="${value ?? ''}"`)
}

/** One id becomes another one, with or without the references to it. */
function changeId(message: string, choices: Choices): string {
  const ids = findAttributes(message).filter(({ name }) => /(^|:)id$/i.test(name))
  const [one, other] = [choices.of(ids), choices.of(ids)]
  if (one === undefined || other === undefined) return message
  const value = choices.of([other.value, 'x', one.value.toLowerCase(), ` ${one.value}`]) ?? ''
  return choices.below(2) === 0
    ? replaced(message, one.end - 1 - one.value.length, one.end - 1, value)
    : message
        .replaceAll(`"${one.value}"`, `"${value}"`)
        .replaceAll(`"#${one.value}"`, `"#${value}"`)
}

/** A prefix bound anew at the top, or under another name. */
function changePrefix(message: string, choices: Choices): string {
  const prefixes = findAttributes(message).filter(({ name }) => name.startsWith('xmlns'))
  const found = choices.of(prefixes)
  if (found === undefined) return message
  const prefix = found.name.slice(6)
  if (choices.below(2) === 0 && prefix !== '')
    return message.replaceAll(`${prefix}:`, 'q:').replaceAll(`xmlns:${prefix}=`, 'xmlns:q=')
  const at = message.search(/<[^?!]/)
  const end = message.slice(at).search(/[\s>]/) + at
  return replaced(message, end, end, ` ${found.name}="${choices.of(values) ?? ''}"`)
}

const inText = [
  '<!---->',
  '<!--x-->',
  '<?x y?>',
  '<![CDATA[]]>',
  '<x/>',
  '&#32;',
  ' ',
  '\n',
  '&amp;',
  '&#x30;',
  '\xc2\xa0',
]

function splitText(message: string, choices: Choices): string {
  const [start, end] = choices.of(findTexts(message)) ?? [0, 0]
  const at = start + choices.below(end - start + 1)
  return replaced(message, at, at, choices.of(inText) ?? '')
}

/** Character data written in another way that means the same: a character reference or a CDATA section. */
function respellText(message: string, choices: Choices): string {
  const [start, end] = choices.of(findTexts(message)) ?? [0, 0]
  const at = start + choices.below(end - start)
  const character = message.slice(at, at + 1)
  if (character === '' || character === '&') return message
  const spelled = choices.of([`&#${character.charCodeAt(0)};`, `<![CDATA[${character}]]>`]) ?? ''
  return replaced(message, at, at + 1, spelled)
}

function changeBase64(message: string, choices: Choices): string {
  const texts = findTexts(message).filter(([start, end]) =>
    /^[A-Za-z0-9+/=\s]{40,}$/.test(message.slice(start, end)),
  )
  const [start, end] = choices.of(texts) ?? [0, 0]
  const text = message.slice(start, end)
  const at = choices.below(text.length)
  const forms = [
    replaced(
      text,
      at,
      at + 1,
      choices.of(['A', 'Q', 'g', 'w', '+', '/', '=', '-', '_', ' ', '.']) ?? '',
    ),
    replaced(text, at, at, choices.of(['\n', '=', ' ', 'AAAA', '\xa0']) ?? ''),
    text.replace(/=+$/, ''),
    `${text}=`,
    text.slice(0, at),
    text.slice(4) + text.slice(0, 4),
    '',
  ]
  return replaced(message, start, end, choices.of(forms) ?? '')
}

function addProlog(message: string, choices: Choices): string {
  const prologs = [
    '<!DOCTYPE x>',
    '<!DOCTYPE x [<!ENTITY a "b">]>',
    '<?xml version="1.0"?>',
    '<?xml version="1.1"?>',
    '<?xml version="1.0" encoding="ISO-8859-1"?>',
    '\xef\xbb\xbf',
    '<!-- x -->',
    '\n',
  ]
  return (choices.of(prologs) ?? '') + message
}

const mutations: readonly Mutation[] = [
  flipByte,
  insertBytes,
  deleteBytes,
  copyBytes,
  moveElement,
  moveElement,
  deleteElement,
  doubleElement,
  swapElements,
  wrapElement,
  unwrapElement,
  renameElement,
  spliceElement,
  spliceElement,
  deleteAttribute,
  copyAttribute,
  changeValue,
  renameAttribute,
  addAttribute,
  changeId,
  changePrefix,
  splitText,
  respellText,
  changeBase64,
  addProlog,
]

export const mutationNames: readonly string[] = mutations.map(({ name }) => name)

/** One step: which mutation, and the numbers it chooses with. */
export interface Step {
  readonly mutation: number
  readonly numbers: readonly number[]
}

export function mutate(message: string, steps: readonly Step[], others: readonly string[]): string {
  return steps.reduce(
    (text, { mutation, numbers }) =>
      mutations[mutation % mutations.length]?.(text, new Choices(numbers), others) ?? text,
    message,
  )
}
