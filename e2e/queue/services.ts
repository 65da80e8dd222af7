import { execFile } from 'node:child_process';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { reservePort } from '../n8n/free-port.js';
import { type ProcessGroup, startProcessGroup } from '../n8n/process-group.js';
import type { Programs } from './programs.js';

/** A server that n8n's processes share, with the settings by which they find it. */
export interface Service {
	settings: Record<string, string>;
	stop(): Promise<void>;
}

const UP_WITHIN_MS = 30_000;

/** Starts a Redis that keeps nothing on disk: n8n's queue. */
export async function startRedis(programs: Programs, folder: string): Promise<Service> {
	await mkdir(folder, { recursive: true });
	const port = await reservePort(0);
	const group = startProcessGroup({
		command: programs.redisServer,
		args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
		cwd: folder,
		env: process.env,
		logPath: path.join(folder, 'redis.log'),
	});
	await waitUntilUp('Redis', port, group, path.join(folder, 'redis.log'));
	const settings = { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) };
	return { settings, stop: () => group.stop() };
}

/** Starts a PostgreSQL with an empty database and its usual settings: n8n's own store. */
export async function startPostgres(programs: Programs, folder: string): Promise<Service> {
	const dataPath = path.join(folder, 'data');
	const logPath = path.join(folder, 'postgres.log');
	await mkdir(dataPath, { recursive: true });
	const user = await unprivilegedUser();
	if (user !== undefined) await chown(dataPath, user.uid, user.gid);
	const initdbArgs = ['-D', dataPath, '-U', 'n8n', '-A', 'trust', '-E', 'UTF8', '--locale=C'];
	await promisify(execFile)(programs.initdb, initdbArgs, { cwd: dataPath, ...user });

	const port = await reservePort(0);
	const group = startProcessGroup({
		command: programs.postgres,
		// No socket file: the path of a temporary folder may be too long for one.
		args: ['-D', dataPath, '-p', String(port), '-h', '127.0.0.1', '-k', ''],
		cwd: dataPath,
		env: process.env,
		logPath,
		...(user === undefined ? {} : { user }),
	});
	await waitUntilUp('PostgreSQL', port, group, logPath, 'ready to accept connections');
	const settings = {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(port),
		DB_POSTGRESDB_USER: 'n8n',
		DB_POSTGRESDB_DATABASE: 'postgres',
	};
	return { settings, stop: () => group.stop() };
}

/** PostgreSQL refuses to run as root: then it gets the user that its package made, or `nobody`. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((l) => l.split(':'));
	const [, , uid, gid] =
		accounts.find(([name]) => name === 'postgres') ??
		accounts.find(([name]) => name === 'nobody') ??
		[];
	if (uid === undefined || gid === undefined) {
		throw new Error('PostgreSQL does not run as root, and there is no user "postgres" here.');
	}
	return { uid: Number(uid), gid: Number(gid) };
}

async function waitUntilUp(
	name: string,
	port: number,
	group: ProcessGroup,
	logPath: string,
	readyText?: string,
) {
	const deadlineMs = Date.now() + UP_WITHIN_MS;
	const readLog = async () => await readFile(logPath, 'utf8').catch(() => '');
	let endedBecause: string | undefined;
	void group.ended.then((reason) => {
		endedBecause = reason;
	});
	while (Date.now() < deadlineMs && endedBecause === undefined) {
		const isReady = readyText === undefined || (await readLog()).includes(readyText);
		if (isReady && (await isListening(port))) return;
		await sleep(100);
	}
	await group.stop();
	const reason = endedBecause ?? `silent for ${UP_WITHIN_MS / 1_000} seconds`;
	throw new Error(`${name} did not start (${reason}). Its log:\n${await readLog()}`);
}

async function isListening(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}
