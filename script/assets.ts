import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readNotes } from './changelog.js'
import { isMain, projectRoot } from './root.js'
import { git } from './run-command.js'
import { createSbom } from './sbom.js'
import { readVersion } from './version.js'

const usage = `usage: npm run assets -- --tag TAG --out DIR

Create the assets of the release TAG in DIR: the source archive, the software bill of materials (sbom.cdx.json), and
the release notes from CHANGELOG.md (notes.md). TAG must be on this commit and match the version in package.json.

  --tag TAG  tag of the release, for example v1.2.3
  --out DIR  folder for the assets
  --help     print this help
`

/**
 * Creates the assets of a release of the project in `root`, in the folder `out`.
 *
 * @throws Error if the tag is not on this commit or doesn't match the version, or the changelog doesn't contain it
 */
function makeAssets(root: string, tag: string, out: string): void {
  const version = readVersion(root)
  if (tag !== `v${version}`)
    throw new Error(`The tag ${tag} does not match the version in package.json: ${version}`)
  const commit = git(root, 'rev-parse', 'HEAD')
  if (git(root, 'rev-parse', `${tag}^{commit}`) !== commit)
    throw new Error(`The tag ${tag} is not on this commit`)
  const notes = readNotes(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version)
  mkdirSync(out, { recursive: true })
  const name = `atlas-snapshot-action-${version}`
  git(root, 'archive', `--prefix=${name}/`, `--output=${join(out, `${name}.tar.gz`)}`, tag)
  writeFileSync(join(out, 'sbom.cdx.json'), `${JSON.stringify(createSbom(root), undefined, 2)}\n`)
  writeFileSync(join(out, 'notes.md'), `${notes}\n\nTo pin it: \`@${commit} # ${tag}\`\n`)
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: { tag: { type: 'string' }, out: { type: 'string' }, help: { type: 'boolean' } },
  })
  if (values.help || values.tag === undefined || values.out === undefined) {
    process.stdout.write(usage)
    process.exitCode = values.help ? 0 : 2
  } else {
    try {
      makeAssets(projectRoot(), values.tag, resolve(values.out))
    } catch (error) {
      if (!(error instanceof Error)) throw error
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 1
    }
  }
}
