/** One command of a document. */
export interface DocumentCommand {
  readonly command: string
  /** whether it goes on running while the commands after it are tried */
  readonly serves: boolean
}

/**
 * The commands in the ```sh blocks of a Markdown text, in order. A line that ends with a backslash goes on in the next; comments and
 * empty lines are left out; a command followed by the comment `# serves until stopped` goes on running.
 */
export function readCommands(markdown: string): readonly DocumentCommand[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [command = '', comment = ''] = line.split(/\s+#\s+/)
        return { command, serves: comment === 'serves until stopped' }
      }),
  )
}
