import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTrustedCertificate } from '../../net/trusted-certificate.js';

/**
 * Runs a demo in a process of its own, which from its start trusts the certificate that stands for
 * Microsoft's and Google's names.
 *
 * @param script beside this file; sends its parent what is wrong with the result, as a list
 * @returns that list
 */
export async function runTrusting(script: string): Promise<string[]> {
	const trusted = await createTrustedCertificate();
	try {
		const child = spawn(
			process.execPath,
			['--import', 'tsx', fileURLToPath(new URL(script, import.meta.url))],
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
