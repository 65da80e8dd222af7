const { rm } = require('node:fs/promises');
const { dest, parallel, src } = require('gulp');

/** What n8n reads beside the compiled classes: icons, and the codex file of each node. */
const assets = ['svg', 'png', 'node.json'];

/** Copies one root folder's assets; gulp waits for the returned stream to end. */
function copyAssetsOf(folder) {
	const copy = () =>
		src(
			assets.map((extension) => `${folder}/**/*.${extension}`),
			// `false`: gulp 5 would read a PNG as UTF-8 and damage it.
			{ encoding: false },
		).pipe(dest(`dist/${folder}`));
	copy.displayName = `copy assets of ${folder}`;
	return copy;
}

exports.clean = () => rm('dist', { recursive: true, force: true });
exports.default = parallel(copyAssetsOf('nodes'), copyAssetsOf('credentials'));
