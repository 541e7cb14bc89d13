/** Verifies and mints JSON web tokens. */
@NullMarked
package ai.ipai.gateway.token;

import org.jspecify.annotations.NullMarked;
