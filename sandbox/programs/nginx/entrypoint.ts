// The image's shell scripts. They say what the public image's say, and run in the sandbox's own shell.

/** Runs what is in /docker-entrypoint.d before nginx, whatever a learner has put there. */
export const entrypoint = `#!/bin/sh
set -e

say() {
    if [ -z "$NGINX_ENTRYPOINT_QUIET_LOGS" ]; then echo "$0: $*"; fi
}

scripts=/docker-entrypoint.d
if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
    if [ -z "$(ls $scripts 2>/dev/null)" ]; then
        say "No files found in $scripts/, skipping configuration"
    else
        say "$scripts/ is not empty, will attempt to perform configuration"
        say "Looking for shell scripts in $scripts/"
        for file in $scripts/*; do
            case "$file" in
                *.envsh | *.sh)
                    if [ ! -x "$file" ]; then
                        say "Ignoring $file, not executable"
                    elif [ "\${file%.envsh}" != "$file" ]; then
                        say "Sourcing $file"
                        . "$file"
                    else
                        say "Launching $file"
                        "$file"
                    fi ;;
                *) say "Ignoring $file" ;;
            esac
        done
        say "Configuration complete; ready for start up"
    fi
fi
exec "$@"
`

/** Adds the IPv6 address of the default server's port. */
export const listenOnIPv6 = `#!/bin/sh
set -e

say() {
    if [ -z "$NGINX_ENTRYPOINT_QUIET_LOGS" ]; then echo "\${0##*/}: info: $*"; fi
}

site=/etc/nginx/conf.d/default.conf
if [ ! -f $site ]; then
    say "$site is not a file or does not exist"
elif ! touch $site 2>/dev/null; then
    say "can not modify $site (read-only file system?)"
elif grep -q 'listen  *\\[::\\]' $site; then
    say "IPv6 listen already enabled"
elif ! grep -q "^# The image's own default server" $site; then
    say "$site differs from the packaged version"
else
    sed -i -E 's/^( *listen +)([0-9]+;)/&\\n\\1[::]:\\2/' $site
    say "Enabled listen on IPv6 in $site"
fi
`
