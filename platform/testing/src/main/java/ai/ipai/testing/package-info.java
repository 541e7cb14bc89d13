/** Test servers, builders, recordings, contract suites. */
@NullMarked
package ai.ipai.testing;

import org.jspecify.annotations.NullMarked;
