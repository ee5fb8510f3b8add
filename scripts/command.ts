// What every command of ours does alike: read the arguments, run, print the outcome, set the exit code.
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { ConfigError } from '../src/config.js'
import { ExpectedError } from '../src/errors.js'

export const exitCodes = { done: 0, failed: 1, usage: 2, differs: 3 } as const

const exitCodesHelp = `Exit codes
  0  done
  1  failed; the message says what to do next
  2  the command was not understood
  3  two things that should be equal differ`

type OptionsConfig = NonNullable<ParseArgsConfig['options']>
type Values<Options extends OptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true; strict: true }>
>['values']

export interface Command<Options extends OptionsConfig> {
  /** Purpose, usage, options with their defaults, examples. The exit codes are added. */
  help: string
  options: Options
  /** Prints its answer to stdout. May return an exit code; otherwise 0. Throws ExpectedError or UsageError. */
  run(values: Values<Options>, positionals: string[]): Promise<number | void>
}

/** The command line makes no sense. Exit code 2, with the help. */
export class UsageError extends Error {}

/** Runs the command with this process's arguments and sets its exit code. Nothing else decides an exit code. */
export async function runCommand<const Options extends OptionsConfig>(
  command: Command<Options>,
): Promise<void> {
  try {
    process.exitCode = (await runParsed(command, process.argv.slice(2))) ?? exitCodes.done
  } catch (error) {
    process.exitCode = report(error, command.help)
  }
}

async function runParsed<Options extends OptionsConfig>(
  command: Command<Options>,
  args: string[],
): Promise<number | void> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(`${command.help.trim()}\n\n${exitCodesHelp}`)
    return exitCodes.done
  }
  const { values, positionals } = parse(command.options, args)
  return command.run(values, positionals)
}

function parse<Options extends OptionsConfig>(options: Options, args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function report(error: unknown, help: string): number {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${help.trim()}`)
    return exitCodes.usage
  }
  if (error instanceof ExpectedError) {
    const { hint } = error.details
    console.error(hint === undefined ? error.message : `${error.message}\nNext: ${hint}`)
    return error.code === 'mismatch' ? exitCodes.differs : exitCodes.failed
  }
  if (error instanceof ConfigError) {
    console.error(error.message)
    return exitCodes.failed
  }
  // Not foreseen, so a bug: everything there is to know.
  console.error(error)
  return exitCodes.failed
}
