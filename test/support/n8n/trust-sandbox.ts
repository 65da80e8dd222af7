import { createTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';

/**
 * Vitest's global set-up: makes the certificate that stands for Microsoft's and Google's names before
 * the test processes start, because Node.js reads NODE_EXTRA_CA_CERTS only at a process's start.
 */
export default async function setUp(): Promise<() => void> {
	const trusted = await createTrustedCertificate();
	Object.assign(process.env, trusted.environment);
	return () => {
		trusted.remove();
	};
}
