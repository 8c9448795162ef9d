import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue, catalogueEntries, type CatalogueEntry } from '../../src/registers/catalogue.ts'
import type { AnyBlock, CompositeType } from '../../src/registers/field.ts'

const facts = resolve(import.meta.dirname, '../../../shared/facts/deliberation-14-057')
const present = existsSync(facts)
const table = (name: string) => readFileSync(resolve(facts, name), 'utf8').trimEnd().split('\n')

type Row = Readonly<Record<string, string>>

function readRows(): readonly Row[] {
  const [head, ...lines] = table('blocks.tsv').map((line) => line.split('\t'))
  return lines.map((cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i] ?? ''])))
}

/** The nine National Register rows are called `group` there, since the text enumerates nothing; here they hold values. */
const composite: Readonly<Record<string, CompositeType | 'code' | 'text'>> = {
  'person.nr.names': 'names',
  'person.nr.birth': 'birth',
  'person.nr.sex': 'code',
  'person.nr.nationality': 'code',
  'person.nr.mainResidence': 'address',
  'person.nr.death': 'death',
  'person.nr.profession': 'text',
  'person.nr.civilStatus': 'civilStatus',
  'person.nr.household': 'household',
}

function typeOf({ id, type, unit }: Row): string {
  if (type === 'percentage' && unit?.includes('text')) return 'percentageText'
  return composite[id!] ?? type!
}

function rowOf({ path, register, block, field }: CatalogueEntry): Row {
  const { about } = field
  return {
    id: path,
    source: about.sources.join(','),
    block: placeOf(`${register}.${block}`),
    paragraph: String(about.paragraph),
    nl: about.labels.nl,
    en: about.labels.en,
    onssBlock: about.onss?.block ?? '',
    onssZone: about.onss?.zone ?? '',
    onssTag: about.onss?.tag ?? '',
    type: field.type,
    unit: about.unit ?? '',
    identifying: about.identifying ? 'yes' : 'no',
    item: about.item,
    kind: about.kind,
    personal: about.personal,
  }
}

/** Members of groups of §§ 8 and 48, which the text does not enumerate: rows of our own. */
const ownRows = [
  'person.struckOffNumber',
  'person.struckOffSince',
  'limosa.postedPerson.ssin',
  'limosa.postedPerson.names',
  'limosa.postedPerson.birth',
  'limosa.postedPerson.nationality',
  'limosa.postedPerson.address',
  'limosa.user.registrationNumber',
  'limosa.user.enterpriseNumber',
  'limosa.user.denomination',
  'limosa.user.ssin',
  'limosa.user.address',
]
const rowsOfText = catalogueEntries.filter(
  ({ path, field }) => !ownRows.includes(path) && field.about.kind !== 'contract',
)

/** The `block` column, where persons are the register alone. */
function placeOf(place: string): string {
  return place === 'person.person' ? 'person' : place
}

describe.skipIf(!present)('catalogue against blocks.tsv', () => {
  const rows = present ? readRows() : []

  it('equals it row by row, beside what only published contracts carry', () => {
    const ours = rowsOfText.map(rowOf).sort((a, b) => (a['id']! < b['id']! ? -1 : 1))
    const theirs = rows
      .map((row) => ({
        id: row['id'],
        source: row['source'],
        block: row['block'],
        paragraph: row['paragraph'],
        nl: row['nl'],
        en: row['en'],
        onssBlock: row['onssBlock'],
        onssZone: row['onssZone'],
        onssTag: row['onssTag'],
        type: typeOf(row),
        unit: row['unit'],
        identifying: row['identifying'],
        item: row['item'],
        kind: row['kind'],
        personal: row['personal'],
      }))
      .sort((a, b) => (a.id! < b.id! ? -1 : 1))
    expect(ours).toEqual(theirs)
    // a row that the text names keeps its words; an implied row has our own label
    for (const { path, field } of rowsOfText) {
      const fr = rows.find(({ id }) => id === path)?.['fr']
      if (fr !== '') expect(field.about.labels.fr, path).toBe(fr)
    }
    console.log(`catalogue: ${ours.length} of ${theirs.length} rows of blocks.tsv equal`)
  })

  it('repeats exactly the blocks whose cardinality has no upper bound of 1', () => {
    const cardinalities = new Map(
      table('coverage.md').flatMap((line) => {
        const cells = line.split('|').map((cell) => cell.trim())
        const cardinality = /^(?:0\.\.|1\.\.)?(1|2|99|\*)(?: \(.*\))?$/.exec(cells.at(-2) ?? '')
        return /^[a-z]+\.[A-Za-z.]+$/i.test(cells[1] ?? '') && cardinality !== null
          ? [[cells[1]!, cardinality[1] !== '1'] as const]
          : []
      }),
    )
    let compared = 0
    const walk = (block: AnyBlock, place: string) => {
      const many = cardinalities.get(block.path) ?? cardinalities.get(place)
      if (many !== undefined) {
        expect(block.many, block.path).toBe(many)
        compared++
      }
      for (const [name, inner] of Object.entries(block.blocks as Record<string, AnyBlock>)) {
        walk(inner, `${place}.${name}`)
      }
    }
    for (const [register, blocks] of Object.entries(catalogue)) {
      for (const [name, block] of Object.entries(blocks as Record<string, AnyBlock>)) {
        walk(block, `${register}.${name}`)
      }
    }
    expect(compared).toBe(cardinalities.size)
    expect(compared).toBe(28)
  })
})

if (!present) console.log('catalogue: facts not beside the repository, nothing compared')
