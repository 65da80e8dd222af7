import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { serveItems } from '../../support/smtp/item-server.js';

it('the process ends by itself while the mailbox has idle connections', async () => {
	const server = await serveItems();
	const script = fileURLToPath(new URL('../../support/smtp/run-once.ts', import.meta.url));
	const child = spawn(
		process.execPath,
		[
			'--import',
			createRequire(import.meta.url).resolve('tsx'),
			script,
			String(server.port),
			server.caCertificate,
			'9',
		],
		{ stdio: ['ignore', 'pipe', 'pipe'] },
	);
	onTestFinished(() => {
		child.kill();
	});
	const [output, [exitCode]] = await Promise.all([
		text(child.stdout),
		once(child, 'exit') as Promise<[number]>,
		text(child.stderr),
	]);
	expect(exitCode).toBe(0);
	expect(JSON.parse(output)).toEqual(Array.from({ length: 9 }, () => 'sent'));
	expect(server.connections).toHaveLength(3);
	// A connection whose 30 seconds have passed says QUIT: these were idle to the last.
	expect(server.connections.flatMap(({ tlsLines }) => tlsLines)).not.toContain('QUIT');
}, 180_000);
