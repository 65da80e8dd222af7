import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest, PROJECT } from './manifest.js';
import { npm, pack } from './npm-command.js';

const NODE = 'nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node';

interface LoadedPackage {
	packageName: string;
	nodes: INodeTypeDescription[];
	credentials: ICredentialType[];
	known: Record<'nodes' | 'credentials', Record<string, { className: string }>>;
}

let folder: string;
let files: string[];
let installed: string;
let loaded: LoadedPackage;

/** The files below nodes/ and credentials/ with one of the endings, relative to the project. */
async function sources(endings: RegExp): Promise<string[]> {
	const folders = ['nodes', 'credentials'].map(async (root) => {
		const files = await readdir(path.join(PROJECT, root), { recursive: true });
		return files.map((file) => `${root}/${file.replaceAll('\\', '/')}`);
	});
	return (await Promise.all(folders)).flat().filter((file) => endings.test(file));
}

/** Installs the tarballs beside each other: no registry is asked, not even a cache. */
async function install(tarballs: string[]): Promise<string> {
	const host = path.join(folder, 'installed');
	await mkdir(host);
	await writeFile(path.join(host, 'package.json'), '{ "private": true }');
	await npm(
		[
			'install',
			'--offline',
			'--omit=dev',
			// n8n provides the peer, and its installer takes it out of the manifest.
			'--legacy-peer-deps',
			'--no-audit',
			'--no-fund',
			'--cache',
			path.join(folder, 'empty-cache'),
			...tarballs.map((tarball) => path.join(folder, tarball)),
		],
		host,
	);
	return path.join(host, 'node_modules', manifest.name);
}

/** n8n-workflow stands where n8n keeps it: outside of the package's own tree. */
async function loadAsN8n(): Promise<LoadedPackage> {
	const nodePath = path.join(folder, 'n8n');
	await mkdir(nodePath);
	const peer = path.join(PROJECT, 'node_modules/n8n-workflow');
	await symlink(peer, path.join(nodePath, 'n8n-workflow'), 'junction');
	const loader = fileURLToPath(new URL('load-as-n8n.mjs', import.meta.url));
	const { stdout } = await promisify(execFile)(process.execPath, [loader, installed], {
		cwd: folder,
		env: {
			...process.env,
			NODE_ENV: 'production',
			NODE_PATH: nodePath,
			N8N_USER_FOLDER: folder,
		},
		maxBuffer: 64 * 1024 * 1024,
	});
	return JSON.parse(stdout) as LoadedPackage;
}

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'smtp-oauth-package-'));
	const ours = await pack(PROJECT, folder);
	files = ours.files;
	const nodemailer = await pack(path.join(PROJECT, 'node_modules/nodemailer'), folder);
	installed = await install([ours.tarball, nodemailer.tarball]);
	loaded = await loadAsN8n();
});

afterAll(async () => {
	await rm(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
	it('holds the compiled classes, icons, codex files and the papers, and nothing else', async () => {
		const compiled = (await sources(/\.ts$/)).map((file) => file.replace(/\.ts$/, '.js'));
		const assets = await sources(/\.(?:svg|png|node\.json)$/);
		expect(compiled).toContain(`${NODE}.js`);
		expect(files.toSorted()).toEqual(
			[
				'CHANGELOG.md',
				'LICENSE',
				'README.md',
				'package.json',
				...[...compiled, ...assets].map((file) => `dist/${file}`),
			].toSorted(),
		);
	});

	it('has every file that its n8n block names', () => {
		const named = [...manifest.n8n.nodes, ...manifest.n8n.credentials];
		expect(named.filter((file) => !existsSync(path.join(installed, file)))).toEqual([]);
		expect(named).toHaveLength(2);
	});

	it('names no folder of the machine it was built on', async () => {
		const guilty: string[] = [];
		for (const file of files) {
			const text = await readFile(path.join(installed, file), 'utf8');
			if (text.includes(path.resolve(PROJECT))) guilty.push(file);
		}
		expect(guilty).toEqual([]);
	});
});

describe('n8n, loading the installed package', () => {
	it('finds the node under its final name', () => {
		expect(loaded.packageName).toBe('n8n-nodes-smtp-oauth');
		expect(loaded.known.nodes).toHaveProperty('smtpOAuthSendEmail.className', 'SmtpOAuthSendEmail');
		const [node] = loaded.nodes;
		expect(loaded.nodes).toHaveLength(1);
		expect(node).toMatchObject({ displayName: 'SMTP OAuth Send Email', usableAsTool: true });
		expect(node?.credentials).toMatchObject([{ name: 'smtpOAuth2Api', required: true }]);
	});

	it('finds the credential type, which extends its own OAuth2 credential', () => {
		const [credential] = loaded.credentials;
		expect(loaded.credentials).toHaveLength(1);
		expect(credential).toMatchObject({
			name: 'smtpOAuth2Api',
			displayName: 'SMTP OAuth2 API',
			extends: ['oAuth2Api'],
		});
	});

	it('finds the codex: category, search words, documentation', () => {
		expect(loaded.nodes[0]?.codex).toMatchObject({
			categories: ['Communication', 'HITL'],
			alias: expect.arrayContaining(['smtp', 'gmail', 'alert']) as string[],
			resources: { primaryDocumentation: [{}], credentialDocumentation: [{}] },
		});
	});

	it.each(['node', 'credential type'])('finds a light and a dark icon of the %s', (kind) => {
		const type = kind === 'node' ? loaded.nodes[0] : loaded.credentials[0];
		const icons = Object.values<string>(type?.iconUrl ?? {});
		expect(icons).toHaveLength(2);
		for (const icon of icons) {
			// n8n serves `icons/<package>/<path inside the package>`.
			const file = icon.replace(`icons/${manifest.name}/`, '');
			expect(existsSync(path.join(installed, file)), file).toBe(true);
			expect(icons.filter((other) => other === icon)).toHaveLength(1);
		}
	});
});
