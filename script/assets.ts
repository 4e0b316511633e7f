import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readNotes } from './changelog.js'
import { isMain, projectRoot } from './root.js'
import { git } from './run-command.js'
import { createSbom } from './sbom.js'
import { readVersion } from './version.js'

const usage = `usage: npm run assets -- --tag TAG --out DIR

Makes in DIR what the release of TAG consists of: the archive that runners get, its bill of materials (sbom.cdx.json),
and its notes out of CHANGELOG.md, with the commit to pin it by (notes.md). Fails where TAG is not on this commit, or not the version in package.json.
`

/**
 * Makes the assets of a release of the project in `root`, in the folder `out`.
 *
 * @throws Error where the tag is not this commit's or not this version's, or the changelog is silent about it
 */
function makeAssets(root: string, tag: string, out: string): void {
  const version = readVersion(root)
  if (tag !== `v${version}`) throw new Error(`The tag ${tag} is not the version in package.json, ${version}`)
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
