#!/usr/bin/env node
import { complete } from '../scripts/cli/complete.ts'

process.stdout.write(`${await complete(process.argv.slice(2), process.env)}\n`)
