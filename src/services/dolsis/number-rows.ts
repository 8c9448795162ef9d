import {
  attribute,
  content,
  known,
  nested,
  path,
  technical,
  tree,
  type Child,
} from '../element-tree.ts'
import { nssoNumber, text } from '../wire-types.ts'

/** dt:NOSSRegistrationNbr */
export function nossNumber<Item>(
  name: string,
  of: string,
  value: (item: Item) => string | undefined,
): Child<Item> {
  const number = tree<string>([
    attribute('type', text, technical('every employer here is one of the NSSO'), () => 'noss'),
    content(nssoNumber, path(of), (one) => one),
  ])
  return nested(name, number, (item) => known(value(item)))
}
