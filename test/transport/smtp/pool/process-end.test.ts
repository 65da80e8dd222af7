import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from '../../../support/smtp/transport-setting.js';

describe('the process', () => {
	const script = fileURLToPath(new URL('../../../support/smtp/deliver-once.ts', import.meta.url));
	const tsx = createRequire(import.meta.url).resolve('tsx');

	it.each([
		{ what: 'a message that was sent', answer: undefined, kind: 'accepted' },
		{ what: 'a refusal', answer: '554 5.7.1 No', kind: 'refused' },
		{ what: 'a reply that never came', answer: { then: 'silent' }, kind: 'unknown' },
	] as const)('is not held by anything after $what', async ({ answer, kind }) => {
		const server = await serve({
			script: (command, { phase }) => {
				if (phase === 'finalDot') return answer;
				return command === 'QUIT' ? { then: 'silent' } : undefined;
			},
		});
		const replyTimeoutMs = kind === 'unknown' ? 300 : 600_000;
		const child = spawn(
			process.execPath,
			[
				...['--import', tsx, script, String(server.port), server.caCertificate],
				...['15000', String(replyTimeoutMs)],
			],
			{ stdio: ['ignore', 'pipe', 'pipe'] },
		);
		onTestFinished(() => {
			child.kill();
		});
		const [output, errors, [exitCode]] = await Promise.all([
			text(child.stdout),
			text(child.stderr),
			once(child, 'exit') as Promise<[number]>,
		]);
		expect({ exitCode, output, errors }).toEqual({ exitCode: 0, output: kind, errors: '' });
	});
});
