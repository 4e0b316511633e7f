import { randomBytes } from 'node:crypto'
import { Atlas } from './atlas.js'
import { help } from './help.js'
import { parseOptions } from './options.js'
import { UsageError } from './parsing.js'
import { type Served, startServer } from './server.js'

function printServed({ method, target, status, ms }: Served): void {
  const [path] = target.split('?', 1)
  process.stdout.write(`${method} ${path} ${status === 0 ? 'no response' : status} ${ms} ms\n`)
}

/** Runs the emulator until it is interrupted. Exits with 2 if the command line is invalid. */
async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (options.help) {
    process.stdout.write(help)
    return
  }
  const deps = { now: () => Date.now(), randomHex: (bytes: number) => randomBytes(bytes).toString('hex') }
  const atlas = new Atlas(options.atlas, deps)
  const { port, verbose } = options
  const server = await startServer(atlas, { port, onServed: verbose ? printServed : undefined })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void server.close().then(() => process.exit(0))
    })
  process.stdout.write(`listening on ${server.url}\n`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  const hint = error instanceof UsageError ? '\nTry: npm run emulator -- --help' : ''
  process.stderr.write(`emulator: ${message}${hint}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
})
