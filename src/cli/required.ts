import type { Command } from 'commander'

/**
 * The value of an option that must be given. Asked for in the action: commander's `requiredOption` is checked before options that
 * are unknown, and so hides that one was misspelt. Ends as every wrong use of the command does.
 */
export function required(command: Command, flags: string, value: string | undefined): string {
  return value ?? command.error(`error: required option '${flags}' not specified`)
}
