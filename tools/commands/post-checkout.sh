#!/bin/sh
# In a clone that the test made: the dependencies and the built pages of the folder under test, with the clone's own
# packages among them.
set -e
[ -n "$LIGHTWELL_TEST_ROOT" ] && [ -f tools/prepare.mjs ] || exit 0
mkdir -p node_modules/@lightwell
for entry in "$LIGHTWELL_TEST_ROOT"/node_modules/* "$LIGHTWELL_TEST_ROOT"/node_modules/.[!.]*; do
  [ "${entry##*/}" = @lightwell ] || ln -s "$entry" node_modules/
done
for package in wire sdk hub web; do ln -s "../../$package" "node_modules/@lightwell/$package"; done
cp -R "$LIGHTWELL_TEST_ROOT/web/dist" web/dist
# Built after the sources that the checkout has just written, as far as a clock can tell.
find web/dist -exec touch {} +
