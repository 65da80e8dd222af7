import { describe, expect, it } from 'vitest';
import { manifest, readProjectJson } from './manifest.js';

interface LockedPackage {
	version?: string;
	resolved?: string;
	integrity?: string;
	link?: boolean;
	dev?: boolean;
	optional?: boolean;
	devOptional?: boolean;
	peer?: boolean;
	hasInstallScript?: boolean;
	dependencies?: Record<string, string>;
	optionalDependencies?: Record<string, string>;
}

const { packages } = readProjectJson('package-lock.json') as {
	packages: Record<string, LockedPackage>;
};
const locked = Object.entries(packages).filter(([path]) => path !== '');

/** Whether Node.js, looking upwards from `from`, finds a locked package of this name. */
function isLocked(name: string, from: string): boolean {
	for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
		if (packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`]) return true;
		if (!at.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined;
	}
}

describe('the lock file', () => {
	it('names no registry: neither a host nor an address of any package', () => {
		expect(locked.length).toBeGreaterThan(100);
		expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
	});

	it('knows the checksum of every package', () => {
		expect(locked.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
	});

	it('is complete on every platform: npm ci refuses a lock file that lacks an optional package', () => {
		const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
			Object.keys(optionalDependencies)
				.filter((name) => !isLocked(name, path))
				.map((name) => `${path} -> ${name}`),
		);
		expect(missing).toEqual([]);
	});
});

describe('the runtime dependencies', () => {
	const runtime = locked.filter(
		([, { dev, peer, optional, devOptional }]) => !(dev ?? peer ?? optional ?? devOptional),
	);

	it('are nodemailer alone, with n8n-workflow as the peer that n8n provides', () => {
		expect(Object.keys(manifest.dependencies)).toEqual(['nodemailer']);
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		expect(packages['node_modules/nodemailer']?.dependencies).toBeUndefined();
	});

	it('run no script when they are installed', () => {
		const scripted = runtime.filter(([, { hasInstallScript }]) => hasInstallScript === true);
		expect(scripted).toEqual([]);
		expect(packages['node_modules/nodemailer']?.hasInstallScript).toBeUndefined();
	});
});

describe('the manifest', () => {
	it('runs nothing on a user’s machine when the package is installed', () => {
		const lifecycle = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'];
		expect(Object.keys(manifest.scripts).filter((name) => lifecycle.includes(name))).toEqual([]);
	});
});
