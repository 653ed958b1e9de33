/** Where the packages come from: npm wants it in a manifest that is published with provenance. */

/**
 * A manifest that says where the package comes from: what it says already stays.
 *
 * @template {{ readonly repository?: unknown, readonly homepage?: unknown, readonly bugs?: unknown }} M
 * @param {M} manifest
 * @param {string} url of the repository, as https://github.com/owner/name
 * @param {string} folder the package's folder under packages/
 */
export const withRepository = (manifest, url, folder) => ({
  homepage: `${url}#readme`,
  bugs: { url: `${url}/issues` },
  repository: { type: "git", url: `git+${url}.git`, directory: `packages/${folder}` },
  ...manifest
})

/**
 * Where GitHub Actions says that the repository is.
 *
 * @param {Record<string, string | undefined>} env
 */
export const repositoryOf = (env) => {
  const { GITHUB_REPOSITORY, GITHUB_SERVER_URL = "https://github.com" } = env
  return GITHUB_REPOSITORY === undefined ? undefined : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`
}
