import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority, LOOPBACK_HOSTS } from './certificates.js';
import type { ServerCertificate } from './certificates.js';
import { NAMED_HOSTS } from './named-hosts.js';

/** Names the folder in which a process finds the certificate that it trusts. */
const FOLDER_VARIABLE = 'SMTP_OAUTH_SANDBOX_CERTIFICATE';
const FILES = { caCertificate: 'ca.pem', certificate: 'server.pem', privateKey: 'server.key' };

/** A certificate for the real names, and what a process needs to trust it. */
export interface TrustedCertificate {
	readonly certificate: ServerCertificate;
	/** To be in a process's environment when it starts: Node.js reads them only then. */
	readonly environment: Readonly<Record<string, string>>;
	/** Deletes the files. */
	remove(): void;
}

/**
 * Makes an authority and its certificate for all of `NAMED_HOSTS` and loopback, and lays them into a
 * folder of their own that only this user can read. NODE_EXTRA_CA_CERTS has Node.js trust the
 * authority beside those it knows, for every TLS connection of the process.
 */
export async function createTrustedCertificate(): Promise<TrustedCertificate> {
	// By a name of its own: a certificate of another sandbox's authority is then one of an unknown
	// issuer to the process, instead of one with a wrong signature.
	const authority = await createCertificateAuthority('SMTP OAuth Sandbox CA for Real Names');
	const certificate = await authority.issueServerCertificate({
		hosts: [...NAMED_HOSTS, ...LOOPBACK_HOSTS],
	});
	const folder = mkdtempSync(join(tmpdir(), 'smtp-oauth-certificate-'));
	writeFileSync(join(folder, FILES.caCertificate), certificate.caCertificate, { mode: 0o600 });
	writeFileSync(join(folder, FILES.certificate), certificate.certificate, { mode: 0o600 });
	writeFileSync(join(folder, FILES.privateKey), certificate.privateKey, { mode: 0o600 });
	return {
		certificate,
		environment: {
			NODE_EXTRA_CA_CERTS: join(folder, FILES.caCertificate),
			[FOLDER_VARIABLE]: folder,
		},
		remove: () => {
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** The certificate that this process was started with; fails where there is none. */
export function readTrustedCertificate(): ServerCertificate {
	const folder = process.env[FOLDER_VARIABLE];
	if (folder === undefined) {
		throw new Error(`${FOLDER_VARIABLE} and NODE_EXTRA_CA_CERTS have to be set at the start`);
	}
	const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
	return {
		caCertificate: read(FILES.caCertificate),
		certificate: read(FILES.certificate),
		privateKey: read(FILES.privateKey),
	};
}
