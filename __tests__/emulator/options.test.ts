import { describe, expect, it } from '@jest/globals'
import { completeConfig } from '../../emulator/config.js'
import { help } from '../../emulator/help.js'
import { flags, parseOptions } from '../../emulator/options.js'
import { UsageError } from '../../emulator/parsing.js'

/** Parses arguments that are separated by spaces. */
const options = (args: string) => parseOptions(args.split(' '))

describe('the command line of the emulator', () => {
  it.each<[args: string, sets: object]>([
    ['--seconds-to-in-progress 1', { secondsToInProgress: 1, secondsToCompleted: 159 }],
    ['--seconds-to-completed 100', { secondsToCompleted: 100 }],
    ['--fail', { failSnapshots: true }],
    ['--fault create:reset', { faults: [{ on: 'create', effect: { kind: 'reset' } }] }],
  ])('configures the emulated Atlas with %s', (args, sets) => {
    expect(completeConfig({})).not.toMatchObject(sets)
    expect(completeConfig(options(args).atlas)).toMatchObject(sets)
  })

  it('requires no flags', () => {
    const { atlas, ...rest } = parseOptions([])
    expect(rest).toStrictEqual({ help: false, verbose: false, port: 0 })
    expect(completeConfig(atlas)).toStrictEqual(completeConfig({}))
  })

  it('sets options of the program', () => {
    const given = { help: true, verbose: true, port: 80 }
    expect(options('--help --verbose --port 80')).toMatchObject(given)
  })

  it('explains each flag in its help', () => {
    const explained = [...help.matchAll(/--([a-z0-9-]+)/g)].map(([, name]) => name)
    expect([...new Set(explained)].sort()).toStrictEqual(Object.keys(flags).sort())
  })

  it.each([
    ['nonsense', 'nonsense'],
    ['--port 65536', '--port'],
    ['--seconds-to-completed x', '--seconds-to-completed'],
    ['--fault x', 'TARGET:EFFECT'],
  ])('rejects %s with a message that contains %s', (args, fact) => {
    expect(() => options(args)).toThrow(UsageError)
    expect(() => options(args)).toThrow(fact)
  })
})
