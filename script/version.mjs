// `npm version` runs this after it sets the version in package.json. Sets it wherever else it is written.
import { readFileSync, writeFileSync } from 'node:fs'

/** The name of this action in the examples. */
const ACTION = 'OWNER/REPO'
const version = process.env.npm_package_version

function edit(path, pattern, replacement) {
  const text = readFileSync(path, 'utf8')
  if (text.search(pattern) < 0) throw new Error(`${path} does not match ${pattern}`)
  writeFileSync(path, text.replace(pattern, replacement))
}

const today = new Date().toISOString().slice(0, 10)
// The unreleased changes must contain a list item before the next heading.
edit('CHANGELOG.md', /(?<=^## Unreleased\n)(?=(?:(?!## ).*\n)*- )/m, `\n## ${version} - ${today}\n`)
edit('src/action/node-runtime.ts', /(?<=VERSION = ').*(?=')/, version)

const major = version.split('.')[0]
for (const page of ['README.md', 'docs/recipes.md'])
  edit(page, new RegExp(`(?<=${ACTION}@v)\\d+`, 'g'), major)
