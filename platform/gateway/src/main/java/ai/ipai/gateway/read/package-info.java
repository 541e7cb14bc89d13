/** Governed reads: SQL that the platform writes, run as the caller. */
@NullMarked
package ai.ipai.gateway.read;

import org.jspecify.annotations.NullMarked;
