/** What every connector has to hold: a suite, passed by a thin subclass. */
@NullMarked
package ai.ipai.testing.connector;

import org.jspecify.annotations.NullMarked;
