/** Disks that are as full as a test wants. */
@NullMarked
package ai.ipai.testing.disk;

import org.jspecify.annotations.NullMarked;
