import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** How to run one command to its end, its output going to a log file. */
export interface CommandOptions {
	command: string;
	args: readonly string[];
	cwd: string;
	/** Set on top of this process's environment. */
	env?: Record<string, string>;
	/** Everything the command prints; overwritten. */
	logPath: string;
	/** What it is for, in the error's words: 'npm install of n8n 2.40.7'. */
	purpose: string;
}

const LOG_TAIL_LINES = 25;

/**
 * Runs a command and resolves when it exits with 0.
 *
 * Fails with an error that carries the end of the log and the log's path.
 */
export async function runCommand(options: CommandOptions): Promise<void> {
	await mkdir(path.dirname(options.logPath), { recursive: true });
	const log = createWriteStream(options.logPath);
	const child = spawn(options.command, options.args, {
		cwd: options.cwd,
		env: { ...childEnvironment(), ...options.env },
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const outcome = await new Promise<string | undefined>((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (code, signal) =>
			resolve(code === 0 ? undefined : `exit ${signal ?? String(code)}`),
		);
	});
	await new Promise((resolve) => log.end(resolve));
	if (outcome === undefined) return;
	const tail = (await readFile(options.logPath, 'utf8')).trimEnd().split('\n');
	throw new Error(
		[
			`${options.purpose} failed (${outcome}). The end of its log:`,
			...tail.slice(-LOG_TAIL_LINES).map((line) => `  | ${line}`),
			`The whole log: ${options.logPath}`,
		].join('\n'),
	);
}

/**
 * This process's environment without what `npm run` adds to it for the project's own scripts, so
 * that an npm started in another folder takes that folder for its own. A registry or proxy set by
 * variable stays.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(
		([name]) =>
			!/^npm_(lifecycle|package)_/.test(name) &&
			!['npm_config_local_prefix', 'npm_command', 'INIT_CWD', 'NODE_OPTIONS'].includes(name) &&
			!name.startsWith('VITEST') &&
			name !== 'NODE_ENV',
	);
	return Object.fromEntries(kept);
}
