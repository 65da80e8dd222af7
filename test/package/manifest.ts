import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What the tests read of package.json. */
export interface Manifest {
	name: string;
	version: string;
	homepage: string;
	engines: { node: string };
	scripts: Record<string, string>;
	dependencies: Record<string, string>;
	peerDependencies: Record<string, string>;
	n8n: { nodes: string[]; credentials: string[] };
}

/** The folder of this project. */
export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The text of a file of this project, parsed as JSON. */
export function readProjectJson(file: string): unknown {
	return JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
}

/** This project's package.json. */
export const manifest = readProjectJson('package.json') as Manifest;
