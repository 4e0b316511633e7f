import { EOL } from 'node:os'
import { issueCommand } from '@actions/core/lib/command.js'
import { issueFileCommand, prepareKeyValueMessage } from '@actions/core/lib/file-command.js'

// The front of @actions/core loads its summary, its client of OpenID tokens and what asks for the platform in every step,
// used or not (docs/performance.md, "Start-up"). So its modules that speak to the runner are taken by themselves, past
// what the package exports; a test holds each function here to say, byte by byte, what the one of that name there says.

/** What stands above the text of an annotation. */
interface AnnotationProperties {
  readonly title: string
}

/** The value of an input, trimmed; empty where it is not set. */
export function getInput(name: string): string {
  return process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`]?.trim() ?? ''
}

/** Has the runner hide a text in all that the job logs from now on. */
export function setSecret(secret: string): void {
  issueCommand('add-mask', {}, secret)
}

/**
 * Hands an output to later steps, through the file that the runner names or, where it names none, as a command.
 *
 * @throws Error if the file is missing or cannot be written
 */
export function setOutput(name: string, value: string): void {
  if (process.env['GITHUB_OUTPUT']) {
    issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value))
  } else {
    // A command is one only at a line's start.
    process.stdout.write(EOL)
    issueCommand('set-output', { name }, value)
  }
}

/** A line of the log. */
export function info(message: string): void {
  process.stdout.write(message + EOL)
}

/** A line of the log that the runner shows where a run is debugged. */
export function debug(message: string): void {
  issueCommand('debug', {}, message)
}

export function notice(message: string, properties: AnnotationProperties): void {
  issueCommand('notice', { ...properties }, message)
}

export function warning(message: string, properties: AnnotationProperties): void {
  issueCommand('warning', { ...properties }, message)
}

/** The annotation alone: it is the exit code that fails a step. */
export function error(message: string, properties: AnnotationProperties): void {
  issueCommand('error', { ...properties }, message)
}
