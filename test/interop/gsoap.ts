/** The gSOAP client of test/interop/gsoap, generated from our WSDL and compiled in a folder that is thrown away. */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates, pem, pemOf } from '../gateway-process.ts'

export interface Ended {
  readonly code: number
  readonly text: string
}

export function run(command: string, args: readonly string[], cwd?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd && { cwd }) })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, text }))
  })
}

/** Where Debian's package `gsoap` has its sources. */
const share = '/usr/share/gsoap'
const sources = join(import.meta.dirname, 'gsoap')

/** As Debian built libgsoapssl; no optimisation, since compiling is what takes the time. */
const flags = [
  ...['-O0', '-w', '-DWITH_OPENSSL', '-DWITH_DOM', '-DWITH_GZIP', '-DWITH_IPV6'],
  ...['-I.', `-I${share}/plugin`, `-I${share}`, `-I${sources}`],
]

/** Compiles the client; resolves to the path of the program. Throws an Error with what a tool said. */
export async function buildGsoapClient(directory: string, wsdl: string): Promise<string> {
  const folder = join(directory, 'gsoap')
  mkdirSync(folder)
  const tool = async (command: string, ...args: string[]) => {
    const { code, text } = await run(command, args, folder)
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${text}`)
  }
  writeFileSync(join(folder, 'service.wsdl'), wsdl)
  await tool('wsdl2h', '-c', '-o', 'service.h', 'service.wsdl')
  const header = join(folder, 'service.h')
  writeFileSync(header, `#import "wsse.h"\n${readFileSync(header, 'utf8')}`)
  await tool('soapcpp2', '-c', '-C', '-L', '-x', `-I${share}/import:${share}`, 'service.h')
  const plugins = ['plugin/wsseapi', 'plugin/mecevp', 'plugin/threads', 'custom/struct_timeval']
  const own = ['client.c', 'ecdsa_value.c'].map((file) => join(sources, file))
  await Promise.all([
    tool('gcc', ...flags, '-c', 'soapC.c'),
    tool(
      'gcc',
      ...flags,
      '-c',
      'soapClient.c',
      ...own,
      ...plugins.map((one) => `${share}/${one}.c`),
    ),
    // its ECDSA values put into the form of XML Signature, see ecdsa_value.c
    tool('gcc', ...flags, '-include', 'ecdsa_value.h', '-c', `${share}/plugin/smdevp.c`),
  ])
  await tool('sh', '-c', 'gcc *.o -o client -lgsoapssl -lssl -lcrypto -lz')
  return join(folder, 'client')
}

/** One run of the client as an institution, which knows the gateway's `seal` (below `certificates`); it prints its own lines. */
export function callWithGsoap(
  client: string,
  endpoint: string,
  directory: string,
  as: { institution: string; customer: string; legalContext: string },
  criteria: { ssin: string; beginQuarter: string; endQuarter: string },
  seal: string,
): Promise<Ended> {
  const { institution, customer, legalContext } = as
  const { tls } = pemOf(institution)
  const both = (file: string, parts: readonly string[]) => {
    const path = join(directory, file)
    writeFileSync(path, parts.map((part) => readFileSync(part, 'utf8')).join(''))
    return path
  }
  const tlsPem = both(`${institution}.tls.pem`, [tls.key, tls.certificate])
  const authorities = both('authorities.pem', [pem.root, pem.qualified])
  const { ssin, beginQuarter, endQuarter } = criteria
  const question = [customer, legalContext, ssin, beginQuarter, endQuarter]
  return run(client, [endpoint, certificates, institution, ...question, tlsPem, authorities, seal])
}
