import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTrustedCertificate } from '../net/trusted-certificate.js';

/**
 * `npm run demo -- graph`: an application mails by Microsoft Graph, set up as an administrator would.
 * It runs in a process of its own, which from its start trusts the certificate that stands for
 * Microsoft's names. Resolves with what is wrong with the result, if anything.
 */
export async function demoGraph(): Promise<string[]> {
	const trusted = await createTrustedCertificate();
	try {
		const child = spawn(
			process.execPath,
			['--import', 'tsx', fileURLToPath(new URL('demo-graph-steps.ts', import.meta.url))],
			{
				stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
				env: { ...process.env, ...trusted.environment },
			},
		);
		return await new Promise((resolve, reject) => {
			let problems: string[] | undefined;
			child.once('message', (message) => {
				problems = message as string[];
			});
			child.once('error', reject);
			child.once('close', (code) => {
				resolve(problems ?? [`the demo ended with ${String(code)} before its last step`]);
			});
		});
	} finally {
		trusted.remove();
	}
}
