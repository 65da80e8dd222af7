import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';

/** A long-running program in a process group of its own. */
export interface ProcessGroup {
	/** Resolves with the exit code or signal when the program has ended, for any reason. */
	ended: Promise<string>;
	/** Asks the group to end, then ends it by force after a while. */
	stop(): Promise<void>;
	/** Ends the group at once by SIGKILL, as the system does when memory runs out. */
	kill(): Promise<void>;
}

/** What to start and where its output goes. */
export interface ProcessGroupOptions {
	command: string;
	args: readonly string[];
	cwd: string;
	/** The whole environment. */
	env: NodeJS.ProcessEnv;
	/** What it prints is appended to this file. */
	logPath: string;
	/** The user that runs it; default: ours. Only root may name another. */
	user?: { uid: number; gid: number };
}

const GRACE_MS = 10_000;
const running = new Set<ChildProcess>();

// When this process exits: programs that were not stopped in good order must not outlive it.
process.once('exit', () => {
	for (const child of running) signal(child, 'SIGKILL');
});

/**
 * Starts a program whose own children are ended together with it, so that none is left behind.
 * The group also keeps a Ctrl-C in the terminal from reaching it before its starter.
 */
export function startProcessGroup(options: ProcessGroupOptions): ProcessGroup {
	mkdirSync(path.dirname(options.logPath), { recursive: true });
	const log = createWriteStream(options.logPath, { flags: 'a' });
	const child = spawn(options.command, options.args, {
		cwd: options.cwd,
		env: options.env,
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: process.platform !== 'win32',
		...options.user,
	});
	running.add(child);
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const ended = new Promise<string>((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('exit', (code, name) => resolve(name ?? `exit code ${String(code)}`));
	}).finally(() => {
		// The program may end before its own children do: they go with it.
		signal(child, 'SIGKILL');
		running.delete(child);
		log.end();
	});
	return {
		ended,
		async stop() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			signal(child, 'SIGTERM');
			const force = setTimeout(() => signal(child, 'SIGKILL'), GRACE_MS);
			await Promise.race([ended, once(child, 'exit')]);
			clearTimeout(force);
			await ended;
		},
		async kill() {
			signal(child, 'SIGKILL');
			await ended;
		},
	};
}

function signal(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL') {
	if (child.pid === undefined) return;
	try {
		if (process.platform === 'win32') child.kill(name);
		else process.kill(-child.pid, name);
	} catch {
		// The group is gone already.
	}
}
