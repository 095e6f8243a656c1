#!/usr/bin/env node
import { main } from '../scripts/cli/main.ts'

const { argv, stdin, stdout, stderr, env } = process
process.exitCode = await main(argv.slice(2), { stdin, stdout, stderr, env, signals: process, exit: (code) => process.exit(code) })
