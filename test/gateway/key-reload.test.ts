import { X509Certificate } from 'node:crypto'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from 'node:tls'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dataParts } from '../../src/app.ts'
import { generateData } from '../../src/cli/data.ts'
import { personas } from '../../src/synthetic/personas.ts'
import { certificates, startGatewayProcess } from '../gateway-process.ts'
import { askSoap, send, textIn } from './ask.ts'
import { agentOf, lastQuarter, startTestGateway, type TestGateway } from './gateway.ts'
import { consultationNamed } from './questions.ts'

// processes start slowly on a busy machine
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'quadrivium-reload-'))
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const pairOf = (name: string) => ({
  certificate: join(folder, `${name}.pem`),
  key: join(folder, `${name}.key.pem`),
})

/** Puts a pair of the test PKI in the place of another. */
function put(name: string, certificate: string, key: string): void {
  const files = pairOf(name)
  copyFileSync(join(certificates, certificate), files.certificate)
  copyFileSync(join(certificates, key), files.key)
}
const putSeal = (stem: string) => put('seal', `${stem}.pem`, `${stem}.key.pem`)
const putTls = (stem: string) => put('tls', `${stem}.chain.pem`, `${stem}.key.pem`)

const ask = {
  as: 'phare',
  ...consultationNamed('consultPerson'),
  legalContext: 'PHARE:IDENTIFICATION',
  criteria: { ssin: personas.fullTime.ssin },
}

/** SHA-256 of the certificate in the token of a reply. */
function signerIn(text: string): string {
  const [, token] = /<wsse:BinarySecurityToken [^>]*>([^<]*)</.exec(text) ?? []
  return new X509Certificate(Buffer.from(token ?? '', 'base64')).fingerprint256
}
const sha256Of = (stem: string) =>
  new X509Certificate(readFileSync(join(certificates, `${stem}.pem`))).fingerprint256

/** SHA-256 of the certificate that a new connection is shown. */
async function serverOf({ url }: Pick<TestGateway, 'url'>): Promise<string> {
  const socket = connect({
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    rejectUnauthorized: false,
  })
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}

async function start(): Promise<TestGateway> {
  putSeal('gateway/seal')
  putTls('server/tls')
  const gateway = await startTestGateway({
    configure: (config) => ({ ...config, signing: pairOf('seal'), tls: pairOf('tls') }),
  })
  ends.push(() => gateway.close())
  return gateway
}

describe('reading keys again', () => {
  it('changes the seal and the TLS certificate under load, and no request is dropped', async () => {
    const gateway = await start()
    const signers: string[] = []
    let reloaded = false
    const one = async () => {
      for (let after = 0; after < 10; after += reloaded ? 1 : 0) {
        const { text } = await askSoap(gateway, ask)
        expect(textIn(text, 'value')).toBe('DATA_FOUND')
        signers.push(signerIn(text))
      }
    }
    const running = Array.from({ length: 4 }, one)
    while (signers.length < 4) await sleep(20)
    putSeal('institutions/pension/signing')
    putTls('institutions/pension/tls')
    await gateway.reload()
    reloaded = true
    await Promise.all(running)
    expect(new Set(signers)).toEqual(
      new Set([sha256Of('gateway/seal'), sha256Of('institutions/pension/signing')]),
    )
    expect(signers.at(-1)).toBe(sha256Of('institutions/pension/signing'))
    expect(await serverOf(gateway)).toBe(sha256Of('institutions/pension/tls'))
    expect(gateway.logText()).not.toContain('"level":50')
  })

  it('leaves the old ones in use when a file is bad, says which and why, and nothing of what is in it', async () => {
    const gateway = await start()
    writeFileSync(
      pairOf('seal').key,
      '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----',
    )
    writeFileSync(pairOf('tls').certificate, 'half a cert')
    await gateway.reload()
    const lines = gateway
      .logText()
      .split('\n')
      .filter((line) => line.includes('not read again'))
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('seal.key.pem: no private key in PEM or PKCS#12')
    expect(lines[1]).toContain('tls.pem: no certificate in PEM')
    expect(gateway.logText()).not.toMatch(/c2VjcmV0|half a cert|BEGIN/)
    const { text } = await askSoap(gateway, ask)
    expect(signerIn(text)).toBe(sha256Of('gateway/seal'))
    expect(await serverOf(gateway)).toBe(sha256Of('server/tls'))
  })

  it('ends the use of faults that the old key signed beforehand', async () => {
    const gateway = await start()
    const refused = () =>
      send(gateway.url + ask.service.path, {
        agent: agentOf('phare', gateway.url),
        headers: { 'Content-Type': 'text/xml' },
        body: '<x/>',
      })
    expect(signerIn((await refused()).text)).toBe(sha256Of('gateway/seal'))
    putSeal('institutions/pension/signing')
    await gateway.reload()
    expect(signerIn((await refused()).text)).toBe(sha256Of('institutions/pension/signing'))
  })
})

describe('two signing keys', () => {
  it('take over from one another at their time, and every client may see both certificates', async () => {
    putSeal('gateway/seal')
    const from = `${new Date(Date.now() + 5_000).toISOString().slice(0, 19)}Z`
    const stem = join(certificates, 'institutions/pension/signing')
    const next = { certificate: `${stem}.pem`, key: `${stem}.key.pem`, from }
    const gateway = await startTestGateway({
      configure: (config) => ({ ...config, signing: { ...pairOf('seal'), next } }),
    })
    ends.push(() => gateway.close())
    const agent = agentOf('none', gateway.url)
    const told = await send(`${gateway.url}/signing-certificates`, { method: 'GET', agent })
    expect(told.status).toBe(200)
    expect(told.headers['content-type']).toBe('application/x-pem-file')
    expect(told.text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    await sleep(Math.max(0, Date.parse(from) - Date.now()) + 100)
    expect(signerIn((await askSoap(gateway, ask)).text)).toBe(
      sha256Of('institutions/pension/signing'),
    )
  })
})

describe('SIGHUP', () => {
  it('reaches every process, none of which drops a request', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'quadrivium-sighup-'))
    const quiet = { ...dataParts, log: () => undefined }
    const dir = join(directory, 'data')
    generateData({ persons: 0, seed: 1, quarters: 2, until: lastQuarter, dir }, quiet)
    putSeal('gateway/seal')
    const gateway = await startGatewayProcess({
      directory,
      processes: 2,
      plain: true,
      eased: 'phare',
      signing: pairOf('seal'),
    })
    ends.push(async () => {
      await gateway.stop()
      rmSync(directory, { recursive: true })
    })
    await sleep(1_000) // the second process
    let reloadedAtMs = Number.POSITIVE_INFINITY
    const late: string[] = []
    const one = async () => {
      for (let after = 0; after < 25;) {
        const askedAtMs = Date.now()
        const { text } = await askSoap(gateway, ask)
        expect(textIn(text, 'value')).toBe('DATA_FOUND')
        // a second for the signal to reach the processes
        if (askedAtMs > reloadedAtMs + 1_000) {
          late.push(signerIn(text))
          after += 1
        }
      }
    }
    const running = Array.from({ length: 8 }, one)
    await sleep(500)
    putSeal('institutions/pension/signing')
    process.kill(gateway.pid, 'SIGHUP')
    reloadedAtMs = Date.now()
    await Promise.all(running)
    expect(late.length).toBe(200)
    expect(new Set(late)).toEqual(new Set([sha256Of('institutions/pension/signing')]))
  })
})
