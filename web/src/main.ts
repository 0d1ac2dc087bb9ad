import { mount } from 'svelte';
import App from './App.svelte';
import './styles/tokens.css';
import './styles/base.css';
import './styles/reading.css';
import './styles/tables.css';
import './styles/lists.css';

const target = document.getElementById('app');
if (target) mount(App, { target });
