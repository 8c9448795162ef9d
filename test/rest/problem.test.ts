import { describe, expect, it } from 'vitest'
import { errorCodes, GatewayError, type ErrorCode } from '../../src/base/errors.ts'
import { languages } from '../../src/base/texts.ts'
import {
  InvalidInput,
  issueOf,
  problemHeaders,
  problemOf,
  problemRows,
  type ProblemRow,
} from '../../src/rest/problem.ts'

const ticket = '0b9e7b0a-55c6-4f0e-9d2c-3b8c1c3f6a11'
const marker = 'MARKER-7f3a'

/** Statuses that Belgif allows for a POST, plus the two of HTTP itself (405, 406 are in its table). */
const allowedStatuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 429, 500, 502, 503]

function tell(code: ErrorCode, callerProven: boolean) {
  const error = new GatewayError(code, marker, [
    { fieldName: 'criteria.quarter', fieldValue: marker },
  ])
  return problemOf(error, { ticket, callerProven, sizeBytesMax: 1024, language: 'en' })
}

describe('the problem table', () => {
  it('is printed: every code, as a proven caller reads it', async () => {
    const lines = errorCodes.map((code) => {
      const problem = tell(code, true)
      const issue = problem.issues?.[0]
      return [
        code.padEnd(27),
        problem.status,
        problem.type.replace('urn:problem-type:', '').padEnd(36),
        (problem.messageCode ?? '-').padEnd(8),
        issue === undefined
          ? '-'
          : `${issue.type.replace('urn:problem-type:', '')} (${issue.name ?? ''})`,
        `| ${problem.detail}`,
      ].join(' ')
    })
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../output/problem-table.txt')
  })

  it('uses types that Belgif and the owners publish, or our own, in the form Belgif prescribes', () => {
    const form = /^urn:problem-type:[a-z][A-Za-z0-9-]*(:[a-z][A-Za-z0-9]*)?:[a-z][A-Za-z0-9]*$/
    const issueForm = /^urn:problem-type:(?:belgif|cbss):input-validation:[a-z][A-Za-z0-9]*$/
    for (const row of Object.values<ProblemRow>(problemRows)) {
      expect(row.type).toMatch(form)
      expect(allowedStatuses).toContain(row.status)
      if (row.issue !== undefined) expect(row.issue.type).toMatch(issueForm)
    }
  })

  it('says nothing of the request before the caller is proven', () => {
    for (const code of errorCodes) {
      const text = JSON.stringify(tell(code, false))
      expect(text).not.toContain('criteria')
      expect(text).not.toContain(marker)
    }
  })

  it('never repeats a value of the request, nor our own detail', () => {
    for (const code of errorCodes) expect(JSON.stringify(tell(code, true))).not.toContain(marker)
  })

  it('tells all refused certificates alike', () => {
    const told = errorCodes
      .filter((code) => code.startsWith('CERT_'))
      .map((code) => JSON.stringify(tell(code, false)))
    expect(told).toHaveLength(9)
    expect(new Set(told)).toHaveLength(1)
  })
})

describe('the languages of problems', () => {
  it('have a text of their own for every code, over titles and types that stay', () => {
    for (const code of errorCodes) {
      const told = languages.map((language) =>
        problemOf(new GatewayError(code), { ticket, callerProven: true, language }),
      )
      const details = told.map(({ detail, issues }) => [
        detail,
        ...(issues?.map((one) => one.detail) ?? []),
      ])
      for (const index of details[0]!.keys()) {
        const texts = details.map((one) => one[index])
        if (texts[0] !== undefined) expect(new Set(texts).size).toBe(languages.length)
      }
      expect(new Set(told.map(({ title, type }) => title + type)).size).toBe(1)
    }
  })

  it('say in German that a number does not exist, as the Crossroads Bank would', () => {
    const problem = problemOf(new GatewayError('SSIN_UNKNOWN'), {
      ticket,
      callerProven: true,
      language: 'de',
    })
    expect(problem.detail).toBe('Der Input-Bericht ist nicht gültig')
    expect(problem.issues?.[0]?.detail).toBe('Die ENSS besteht nicht')
  })

  it('are named in the header', () => {
    expect(problemHeaders({ status: 400 }, [], 'fr')['Content-Language']).toBe('fr')
  })
})

describe('problemOf', () => {
  it('tells an unknown number as Belgif does, without the number', () => {
    const problem = problemOf(new GatewayError('SSIN_UNKNOWN'), {
      ticket,
      callerProven: true,
      language: 'en',
    })
    expect(problem).toEqual({
      type: 'urn:problem-type:belgif:badRequest',
      href: 'https://www.belgif.be/specification/rest/api-guide/problems/badRequest.html',
      title: 'Bad Request',
      status: 400,
      detail: 'The input message is incorrect',
      instance: `urn:uuid:${ticket}`,
      messageCode: 'MSG00005',
      issues: [
        {
          type: 'urn:problem-type:belgif:input-validation:referencedResourceNotFound',
          href: 'https://www.belgif.be/specification/rest/api-guide/issues/referencedResourceNotFound.html',
          title: 'Referenced resource not found',
          detail: 'The SSIN does not exist',
          name: 'criteria.ssin',
          in: 'body',
        },
      ],
    })
  })

  it('gives a replaced number the type of the Crossroads Bank, which has no page in the guide', () => {
    const problem = problemOf(new GatewayError('SSIN_REPLACED'), {
      ticket,
      callerProven: true,
      language: 'en',
    })
    expect(problem.issues).toEqual([
      {
        type: 'urn:problem-type:cbss:input-validation:replacedSsin',
        title: 'SSIN has been replaced, use new SSIN',
        detail: 'The SSIN has been replaced',
        name: 'criteria.ssin',
        in: 'body',
      },
    ])
  })

  it('tells the number that replaces another only when the exchange gave it', () => {
    const information = [{ fieldName: 'replacedBy', fieldValue: '12345678901' }]
    const error = new GatewayError('SSIN_REPLACED', undefined, information)
    expect(
      problemOf(error, { ticket, callerProven: true, language: 'en' }).issues?.[0]?.replacedBy,
    ).toBe('12345678901')
    expect(
      JSON.stringify(problemOf(error, { ticket, callerProven: false, language: 'en' })),
    ).not.toContain('1234')
  })

  it('shows the issues of an invalid body only to a proven caller', () => {
    const error = new InvalidInput([
      issueOf({
        type: 'urn:problem-type:belgif:input-validation:unknownInput',
        title: 'x',
        in: 'body',
        name: 'a',
      }),
    ])
    expect(error.code).toBe('CONTRACT_INVALID')
    expect(error.message).toBe('1 faults in the input')
    expect(problemOf(error, { ticket, callerProven: true, language: 'en' }).issues).toHaveLength(1)
    expect(problemOf(error, { ticket, callerProven: false, language: 'en' }).issues).toBeUndefined()
  })

  it('names the limit when the message is too large', () => {
    expect(tell('MESSAGE_TOO_LARGE', false).limit).toBe(1024)
    expect(tell('OVERLOADED', false).limit).toBeUndefined()
  })
})

describe('problemHeaders', () => {
  it('adds Allow to 405, a challenge to 401, Retry-After to 503', () => {
    const headers = (code: ErrorCode) => problemHeaders(tell(code, false), ['POST'], 'en')
    expect(headers('METHOD_NOT_ALLOWED')).toEqual({
      'Content-Type': 'application/problem+json',
      'Content-Language': 'en',
      Allow: 'POST',
    })
    expect(headers('CLIENT_CERTIFICATE_MISSING')['WWW-Authenticate']).toBe(
      'ClientCertificate realm="quadrivium"',
    )
    expect(headers('JOURNAL_UNAVAILABLE')['Retry-After']).toBe('1')
    expect(headers('NOT_FOUND')).toEqual({
      'Content-Type': 'application/problem+json',
      'Content-Language': 'en',
    })
  })
})
