import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The programs beside n8n that queue mode needs, as found on this machine. */
export interface Programs {
	redisServer: string;
	postgres: string;
	initdb: string;
}

/** Debian keeps PostgreSQL's programs out of PATH, one folder for each version. */
const DEBIAN_POSTGRES_PATH = '/usr/lib/postgresql';

/**
 * Finds Redis and PostgreSQL, in PATH or where Debian puts them.
 *
 * @throws Error that says which are missing and how they are installed.
 */
export function findPrograms(): Programs {
	const redisServer = find('redis-server');
	const postgres = find('postgres');
	const initdb = find('initdb');
	if (redisServer !== undefined && postgres !== undefined && initdb !== undefined) {
		return { redisServer, postgres, initdb };
	}
	const missing = [
		...(redisServer === undefined ? ['redis-server'] : []),
		...(postgres === undefined || initdb === undefined ? ['PostgreSQL (postgres, initdb)'] : []),
	];
	throw new Error(
		`n8n's queue mode needs Redis and PostgreSQL; not found here: ${missing.join(' and ')}. ` +
			'On Debian: apt-get install redis-server postgresql. Elsewhere, put the folders of the ' +
			'programs into PATH. Nothing needs to run: servers of their own are started on free ports.',
	);
}

function find(name: string): string | undefined {
	const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...debianFolders()];
	return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function debianFolders(): string[] {
	if (!existsSync(DEBIAN_POSTGRES_PATH)) return [];
	const versions = readdirSync(DEBIAN_POSTGRES_PATH).sort((a, b) => Number(b) - Number(a));
	return versions.map((version) => path.join(DEBIAN_POSTGRES_PATH, version, 'bin'));
}

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
