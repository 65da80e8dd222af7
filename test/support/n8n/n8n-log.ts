import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Has n8n log into a file, which tests read. To be imported before anything that loads n8n-core,
 * which reads these settings once.
 */
const folder = mkdtempSync(join(tmpdir(), 'smtp-oauth-log-'));
const file = join(folder, 'n8n.log');
process.env['N8N_LOG_OUTPUT'] = 'file';
process.env['N8N_LOG_LEVEL'] = 'debug';
process.env['N8N_LOG_FILE_LOCATION'] = file;
process.on('exit', () => {
	rmSync(folder, { recursive: true, force: true });
});

/** The lines that n8n has logged in this process so far. */
export function readLog(): string[] {
	try {
		return readFileSync(file, 'utf8').split('\n');
	} catch {
		return [];
	}
}
