import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/** design.md §4 as data: folder → folders it may import. Sorted so that imports only go up: no cycle can exist. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  xml: ['base'],
  pki: ['base'],
  registers: ['base'],
  institutions: ['base'],
  audit: ['base'],
  deliberations: ['base', 'registers'],
  contracts: ['base', 'xml'],
  soap: ['base', 'xml'],
  'ws-security': ['base', 'xml', 'pki', 'soap'],
  rest: ['base', 'contracts'],
  services: ['base', 'xml', 'registers'],
  exchange: ['base', 'registers', 'institutions', 'audit', 'deliberations', 'services'],
  access: ['base', 'institutions'],
  batch: [
    'base',
    'xml',
    'pki',
    'registers',
    'institutions',
    'audit',
    'contracts',
    'access',
    'exchange',
  ],
  // soap and rest: the printed list of what callers read (docs/fault-codes.md)
  generate: ['base', 'xml', 'registers', 'soap', 'rest', 'services'],
  synthetic: ['base', 'registers'],
  store: ['base', 'registers', 'institutions', 'audit', 'ws-security', 'access', 'batch'],
  sources: ['base', 'xml', 'registers', 'services'],
  transport: [
    'base',
    'xml',
    'pki',
    'institutions',
    'contracts',
    'soap',
    'ws-security',
    'rest',
    'exchange',
    'batch',
  ],
  cli: [
    'base',
    'registers',
    'deliberations',
    'generate',
    'synthetic',
    'config',
    'app',
    'app-table',
  ],
  // the presets of limits stand with what they limit
  'config-limits': ['xml', 'pki', 'ws-security'],
  config: ['base', 'config-limits'],
  app: ['*'],
  'app-files': ['*'],
  'app-keys': ['*'],
  'app-pkcs11-session': ['config'],
  'app-pkcs11': ['base', 'config-limits', 'config', 'app-pkcs11-session'],
  'app-pkcs11-process': ['app-pkcs11', 'app-pkcs11-session'],
  'app-replay': ['*'],
  'app-table': ['*'],
  'app-trust': ['*'],
  main: ['cli', 'app', 'app-table', 'base', 'config'],
}

/** Files that no command reaches yet, and why they stand here; one that is reached after all fails the test too. */
const reachedByTestsOnly: Record<string, string> = {}

/** Only these touch files, sockets, clocks, randomness and the environment. */
const edges = new Set([
  'store',
  'sources',
  'transport',
  'cli',
  'config',
  'app',
  'app-files',
  'app-keys',
  'app-pkcs11',
  'app-pkcs11-process',
  'app-pkcs11-session',
  'app-replay',
  'app-table',
  'app-trust',
  'main',
])

/** Impure things, as they look in source text. */
const impurities: readonly [RegExp, string][] = [
  [
    /from 'node:(fs|fs\/promises|net|tls|http|https|http2|cluster|child_process|worker_threads|os|sqlite|timers.*)'/,
    'an impure module',
  ],
  [/\bnew Date\(\)|\bDate\.now\(\)|\bperformance\.now\(\)/, 'the clock'],
  [/\brandomBytes\(|\brandomUUID\(|\bMath\.random\(/, 'randomness'],
  [/\bprocess\.env\b|\bprocess\.argv\b/, 'the environment'],
]

const root = resolve(import.meta.dirname, '..')
const source = join(root, 'src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replaceAll('\\', '/'))

const folderOf = (file: string) =>
  file.includes('/') ? file.split('/')[0]! : file.replace('.ts', '')

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(source, resolve(source, dirname(file), match[1]!)).replaceAll('\\', '/'),
  )
}

describe('architecture', () => {
  it('lists folders so that imports only go up', () => {
    const order = Object.keys(mayImport)
    for (const [folder, allowed] of Object.entries(mayImport)) {
      if (allowed.includes('*') || ['cli', 'main'].includes(folder)) continue
      for (const target of allowed)
        expect(order.indexOf(target)).toBeLessThan(order.indexOf(folder))
    }
  })

  it('knows every folder', () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => !(folder in mayImport))).toEqual([])
  })

  it('keeps the import table', () => {
    const broken: string[] = []
    for (const file of files) {
      const allowed = mayImport[folderOf(file)] ?? []
      for (const target of importsOf(file)) {
        if (target.startsWith('..')) continue
        const folder = folderOf(target)
        if (folder === folderOf(file) || allowed.includes('*') || allowed.includes(folder)) continue
        broken.push(`src/${file} must not import ${folder}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('keeps services strangers to each other', () => {
    const broken: string[] = []
    for (const file of files.filter((name) => /^services\/[^/]+\//.test(name))) {
      for (const target of importsOf(file)) {
        const own = file.split('/')[1]!
        const other = target.startsWith('services/') && target.split('/').length > 2
        if (other && target.split('/')[1] !== own)
          broken.push(`src/${file} must not import ${target}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('lets only edges touch files, sockets, clocks, randomness and the environment', () => {
    const broken: string[] = []
    for (const file of files.filter((name) => !edges.has(folderOf(name)))) {
      const text = readFileSync(join(source, file), 'utf8')
      for (const [pattern, what] of impurities) {
        if (pattern.test(text)) broken.push(`src/${file} must not touch ${what}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('casts to a brand only in the file that declares it', () => {
    const declared = new Map<string, string>()
    for (const file of files) {
      const text = readFileSync(join(source, file), 'utf8')
      for (const match of text.matchAll(/export type (\w+) = Branded</g))
        declared.set(match[1]!, file)
    }
    const broken: string[] = []
    for (const file of files) {
      const text = readFileSync(join(source, file), 'utf8')
      for (const match of text.matchAll(/\bas (\w+)\b/g)) {
        const home = declared.get(match[1]!)
        if (home !== undefined && home !== file)
          broken.push(`src/${file} must not cast to ${match[1]!}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('has no dead file', () => {
    const reached = new Set<string>()
    const walk = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const target of importsOf(file)) if (!target.startsWith('..')) walk(target)
    }
    walk('main.ts')
    walk('app-pkcs11-process.ts') // a program of its own
    expect(
      files
        .filter((file) => reached.has(file) === file in reachedByTestsOnly)
        .map((file) => `src/${file} is imported by nobody, or wrongly exempted`),
    ).toEqual([])
  })
})
