import type { Certificate } from './certificate.ts'
import { DerError } from './der.ts'
import type { NameConstraints } from './extensions.ts'
import { isWithin, type GeneralName } from './name.ts'

const emailAddress = '1.2.840.113549.1.9.1'

/** Comparisons of one path are bounded: constraints × names. */
const comparisonsMax = 20_000

/** What a constraint may compare of a certificate: subject, e-mail addresses inside it, alternative names. */
function namesOf(certificate: Certificate): GeneralName[] {
  const { subject, extensions } = certificate
  const directory: GeneralName[] =
    subject.rdns.length === 0 ? [] : [{ kind: 'directory', value: subject }]
  const emails = subject.rdns.flat().filter(({ oid }) => oid === emailAddress)
  return [
    ...directory,
    ...emails.map(({ value }): GeneralName => ({ kind: 'email', value: value ?? '' })),
    ...(extensions.subjectAltName ?? []),
  ]
}

/** The constraints of every CA above, as a path is walked down. */
export interface ConstraintState {
  /** one entry for each CA: its permitted subtrees add up inside the entry, entries cut each other */
  readonly permitted: readonly (readonly GeneralName[])[]
  readonly excluded: readonly GeneralName[]
}

export const unconstrained: ConstraintState = { permitted: [], excluded: [] }

/** Adds the constraints of one CA; throws DerError when one of them is malformed. */
export function addConstraints(
  state: ConstraintState,
  { permitted, excluded }: NameConstraints,
): ConstraintState {
  for (const base of [...permitted, ...excluded]) checkBase(base)
  return {
    permitted: permitted.length === 0 ? state.permitted : [...state.permitted, permitted],
    excluded: [...state.excluded, ...excluded],
  }
}

function checkBase(base: GeneralName): void {
  const isGood = {
    dns: () => isHost(base.value as string) || base.value === '',
    uri: () => isHost((base.value as string).replace(/^\./, '')),
    email: () => isHost((base.value as string).replace(/^(\.|[^@]+@)/, '')),
    ip: () => isAddressRange(base.value as Uint8Array),
    directory: () => true,
    other: () => true,
  }[base.kind]()
  if (!isGood) throw new DerError(`${base.kind} constraint malformed`)
}

/**
 * Whether every name of the certificate lies in a permitted subtree of its form, for each CA that permits some, and in no
 * excluded one (RFC 5280 §6.1.3 b, c). A name whose form is constrained and not understood is refused; so is a name that
 * is malformed where a constraint of its form exists.
 */
export function areNamesAllowed(certificate: Certificate, state: ConstraintState): boolean {
  if (state.permitted.length === 0 && state.excluded.length === 0) return true
  const names = namesOf(certificate)
  const bases = state.permitted.reduce((count, list) => count + list.length, state.excluded.length)
  if (names.length * bases > comparisonsMax) return false
  return names.every((name) => {
    const isSameForm = (base: GeneralName) => base.kind === name.kind
    if (state.excluded.filter(isSameForm).some((base) => mayLieIn(name, base))) return false
    return state.permitted.every((list) => {
      const sameForm = list.filter(isSameForm)
      return sameForm.length === 0 || sameForm.some((base) => liesIn(name, base))
    })
  })
}

/** Whether the whole name (with a wildcard: every host it covers) lies in the subtree. */
function liesIn(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === 'dns' && base.kind === 'dns') {
    const host = name.value.replace(/^\*\./, '')
    return isHost(host) && isSubdomain(host, base.value)
  }
  if (name.kind === 'email' && base.kind === 'email') return isMailIn(name.value, base.value)
  if (name.kind === 'uri' && base.kind === 'uri') {
    const host = hostOf(name.value)
    return host !== undefined && isHostIn(host, base.value)
  }
  if (name.kind === 'ip' && base.kind === 'ip') return isAddressIn(name.value, base.value)
  if (name.kind === 'directory' && base.kind === 'directory')
    return isWithin(name.value, base.value)
  return false
}

/** Whether the name may lie in an excluded subtree; what cannot be compared may. */
function mayLieIn(name: GeneralName, base: GeneralName): boolean {
  if (name.kind === 'other') return true
  if (liesIn(name, base)) return true
  if (name.kind === 'dns' && base.kind === 'dns') {
    if (!name.value.startsWith('*.')) return !isHost(name.value)
    const host = name.value.slice(2)
    return !isHost(host) || isSubdomain(base.value, host)
  }
  if (name.kind === 'email') return splitMail(name.value) === undefined
  if (name.kind === 'uri') return hostOf(name.value) === undefined
  if (name.kind === 'ip') return name.value.length !== 4 && name.value.length !== 16
  return false
}

/** Labels of letters, digits, hyphens and underscores; no dot at the ends. */
const isHost = (text: string) =>
  text.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(text)

/** Four numbers: an address where a host is expected (IPv6 has colons, which no host has). */
const isIpv4 = (text: string) => /^\d+\.\d+\.\d+\.\d+$/.test(text)

/** Preferred name syntax (RFC 5280 §4.2.1.6): letters, digits, hyphens; `*.` in front allowed; no IP address. */
export const isDnsName = (text: string): boolean => {
  const host = text.replace(/^\*\./, '')
  return isHost(host) && !host.includes('_') && !isIpv4(host)
}

/** `base` itself or any host below it; an empty base holds every host. */
function isSubdomain(host: string, base: string): boolean {
  const [one, other] = [host.toLowerCase(), base.toLowerCase()]
  return other === '' || one === other || one.endsWith(`.${other}`)
}

/** Constraint on a URI or mail host: `host` exactly, or `.domain` for hosts below. */
function isHostIn(host: string, base: string): boolean {
  const [one, other] = [host.toLowerCase(), base.toLowerCase()]
  return other.startsWith('.') ? one.endsWith(other) : one === other
}

function splitMail(mail: string): { local: string; host: string } | undefined {
  const at = mail.lastIndexOf('@')
  const [local, host] = [mail.slice(0, at), mail.slice(at + 1)]
  return at > 0 && !/[@\s"]/.test(local) && isHost(host) ? { local, host } : undefined
}

/** A mailbox (local part exact), all mailboxes of a host, or of the hosts below a domain. */
function isMailIn(mail: string, base: string): boolean {
  const name = splitMail(mail)
  if (name === undefined) return false
  const mailbox = splitMail(base)
  if (mailbox === undefined) return isHostIn(name.host, base)
  return name.local === mailbox.local && isHostIn(name.host, mailbox.host)
}

/** The host of a URI with an authority; undefined when it has none, or an IP address: neither can be compared. */
function hostOf(uri: string): string | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#@:]+)(?::\d*)?(?:[/?#]|$)/i.exec(
    uri,
  )?.[1]
  return host !== undefined && isHost(host) && !isIpv4(host) ? host : undefined
}

/** Address and mask of equal length, the mask contiguous. */
function isAddressRange(range: Uint8Array): boolean {
  if (range.length !== 8 && range.length !== 32) return false
  const bits = [...range.subarray(range.length / 2)]
    .map((octet) => octet.toString(2).padStart(8, '0'))
    .join('')
  return /^1*0*$/.test(bits)
}

function isAddressIn(address: Uint8Array, range: Uint8Array): boolean {
  if (range.length !== address.length * 2) return false
  return address.every((octet, index) => {
    const mask = range[address.length + index] ?? 0
    return (octet & mask) === ((range[index] ?? 0) & mask)
  })
}
