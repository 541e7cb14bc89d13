/** Finds what is wrong with an installation and says how to mend it. */
@NullMarked
package ai.ipai.server.doctor;

import org.jspecify.annotations.NullMarked;
