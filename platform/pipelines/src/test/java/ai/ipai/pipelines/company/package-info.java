/**
 * Proves the project of the example company: its identities hold, and each of its tests can fail.
 */
@NullMarked
package ai.ipai.pipelines.company;

import org.jspecify.annotations.NullMarked;
