import type { ErrorObject } from 'ajv'

/** What a JSON schema has against a value, with what ajv leaves out of its sentence: the values that it allows, or the property that it does not know. */
export function schemaFault({
  message = 'does not follow the schema',
  params,
}: ErrorObject): string {
  const { allowedValues, allowedValue, additionalProperty } = params as {
    readonly allowedValues?: readonly unknown[]
    readonly allowedValue?: unknown
    readonly additionalProperty?: string
  }
  const named =
    allowedValues ?? [allowedValue ?? additionalProperty].filter((one) => one !== undefined)
  return named.length === 0
    ? message
    : `${message}: ${named.map((one) => `\`${String(one)}\``).join(', ')}`
}
