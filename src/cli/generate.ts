import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { generateFiles } from '../generate/files.ts'

/** `quadrivium generate [--check]`: what follows from the catalogue and the list of codes, into schemas/, wsdl/ and docs/. */
export const generateCommand = new Command('generate')
  .description('write schemas/, wsdl/ and docs/fault-codes.md from the code')
  .option('--check', 'write nothing; exit with 1 when a file differs')
  .option('--folder <folder>', 'where schemas/, wsdl/ and docs/ lie', '.')
  .action((options: { readonly check?: true; readonly folder: string }) => {
    const different = [...generateFiles()].filter(
      ([path, content]) => readIfThere(join(options.folder, path)) !== content,
    )
    for (const [path, content] of different) {
      const file = join(options.folder, path)
      console.log(`${options.check ? 'differs' : 'written'}: ${path}`)
      if (options.check) continue
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
    if (different.length === 0) console.log('all generated files are as they should be')
    else if (options.check) process.exitCode = 1
  })

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
