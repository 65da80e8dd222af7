/**
 * Loads an installed community package with n8n's own loader, in a process of its own where only
 * `NODE_PATH` leads to n8n-workflow, as in a running n8n. Prints what n8n then knows of it.
 *
 * Usage: node load-as-n8n.mjs <folder of the installed package>
 */
import { createRequire } from 'node:module';
import process from 'node:process';

const { PackageDirectoryLoader } = createRequire(import.meta.url)('n8n-core');

const loader = new PackageDirectoryLoader(process.argv[2]);
await loader.loadAll();

process.stdout.write(
	JSON.stringify({
		packageName: loader.packageName,
		nodes: loader.types.nodes,
		credentials: loader.types.credentials,
		known: loader.known,
	}),
);
