import type { TestProject } from 'vitest/node';

import { createTrustedCertificate } from '../../sandbox/net/trusted-certificate.js';
import { reservePort } from '../n8n/free-port.js';
import { TEST_SETTINGS } from '../n8n/n8n-settings.js';
import type { SessionState } from '../n8n/http-session.js';
import { setStage } from './stage.js';

declare module 'vitest' {
	interface ProvidedContext {
		/** The n8n that all tests share, with its owner's session. */
		n8n: { url: string; version: string; tarball: string; session: SessionState };
		/** Where n8n expects its HTTPS proxy; a test that wants one starts it there. */
		proxyPort: number;
	}
}

/** Starts n8n once for all test files, and stops it after the last. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
	// An exit in order, so that n8n is ended too.
	for (const name of ['SIGTERM', 'SIGHUP'] as const) process.once(name, () => process.exit(1));
	const trusted = await createTrustedCertificate();
	// For the test processes, whose servers show the certificate.
	Object.assign(process.env, trusted.environment);
	const proxyPort = await reservePort(0);
	const stage = await setStage({
		name: 'test',
		// The pictures show n8n's usual address.
		port: process.env['UPDATE_SCREENSHOTS'] === '1' ? 5678 : 0,
		environment: {
			...TEST_SETTINGS,
			...trusted.environment,
			HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
			NO_PROXY: 'localhost,127.0.0.1',
		},
	});
	project.provide('n8n', {
		url: stage.n8n.url,
		version: stage.version,
		tarball: stage.tarball,
		session: stage.client.session.state,
	});
	project.provide('proxyPort', proxyPort);
	return async () => {
		await stage.n8n.stop();
		trusted.remove();
	};
}
